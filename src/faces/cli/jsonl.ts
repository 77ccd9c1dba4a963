import { Fault } from "../../base/fault.ts";

/** A line as it came, or why it cannot be one. */
export type Line =
  { readonly number: number; readonly text: string } | { readonly number: number; readonly fault: Fault };

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines, handed out in batches: those of each piece that arrived, `most` at a time, so that
 * a slow writer is answered line by line and a fast one in batches. A line over `maxBytes` is passed over, told, and never held.
 */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  most: number,
): AsyncGenerator<Line[]> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 0;
  let batch: Line[] = [];

  function push(piece: Uint8Array): void {
    heldBytes += piece.length;
    if (heldBytes <= maxBytes) held.push(piece);
    else held = [];
  }
  function finish(): void {
    number++;
    const line = lineOf(number, held, heldBytes, maxBytes);
    if ("fault" in line || line.text !== "") batch.push(line);
    held = [];
    heldBytes = 0;
  }

  for await (const piece of source) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, from)) {
      push(piece.subarray(from, end));
      finish();
      from = end + 1;
      if (batch.length < most) continue;
      yield batch;
      batch = [];
    }
    if (from < piece.length) push(piece.slice(from));
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  if (heldBytes > 0) finish();
  if (batch.length > 0) yield batch;
}

function lineOf(number: number, pieces: readonly Uint8Array[], bytes: number, maxBytes: number): Line {
  const where = `line ${number}`;
  if (bytes > maxBytes) {
    const fault = new Fault("predict/line-too-long", {
      what: `the line has ${bytes} bytes; ${maxBytes} are allowed`,
      where,
      remedy: "one line holds one text: split it",
    });
    return { number, fault };
  }
  try {
    return { number, text: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)).trim() };
  } catch {
    return {
      number,
      fault: new Fault("predict/not-utf8", { what: "the line is not UTF-8", where, remedy: "send UTF-8" }),
    };
  }
}
