import { Fault } from "../base/fault.ts";
import type { Limits } from "./document.ts";

/** Where the record that begins at `at` ends, its line's end included; null where more text is needed to tell. */
export type RecordEnd = (text: string, at: number, last: boolean) => number | null;

/** Text that comes in any pieces as whole records, as many together as a piece held. One too long is a fault. */
export async function* batches(
  texts: AsyncIterable<string>,
  recordEnd: RecordEnd,
  limits: Limits,
): AsyncIterable<readonly string[]> {
  let held = "";
  let count = 0;
  const take = (last: boolean): string[] => {
    const records: string[] = [];
    let at = 0;
    while (at < held.length) {
      const end = recordEnd(held, at, last);
      if (end === null) break;
      records.push(held.slice(at, end));
      at = end;
      count++;
    }
    held = held.slice(at);
    if (held.length <= limits.recordUnits) return records;
    throw new Fault("document/record-too-long", {
      what: "a record of the document is longer than records may be",
      where: `record ${count + 1}`,
      why: `at most ${limits.recordUnits} characters are read as one; often a quote or a line's end is missing`,
      remedy: "mend it there, or save the document as plain text",
    });
  };
  for await (const text of texts) {
    held += text;
    const records = take(false);
    if (records.length > 0) yield records;
  }
  const records = take(true);
  if (records.length > 0) yield records;
}
