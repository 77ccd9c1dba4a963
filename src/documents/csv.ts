import { Fault } from "../base/fault.ts";
import type { DocumentFormat, Replacement } from "./document.ts";
import { batches } from "./batches.ts";
import { encode, writing } from "./output.ts";
import { askAll, replaceIn } from "./replace.ts";
import { StrictDecoder, textsOf } from "./source.ts";
import { Tally } from "./tally.ts";

interface Cell {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly quoted: boolean;
}

const newline = /\r\n|\n|\r/g;

/**
 * Comma-, semicolon-, tab- or bar-separated values after RFC 4180, of any number of rows, the header redacted like the
 * rest, cell by cell. What is not replaced stays as it is written; a quoted cell stays quoted, and another is quoted
 * where its new text needs it. A quote that is never closed, or is followed by stray text, refuses the document.
 */
export const csv: DocumentFormat = {
  name: "CSV",
  extensions: [".csv", ".tsv"],
  redact: async (input, path, redact, { limits, signal }) => {
    const tally = new Tally(limits);
    const hash = await writing(path, async (output) => {
      const decoder = new StrictDecoder();
      let separator: string | undefined;
      let line = 1;
      let row = 0;
      const recordEnd = (text: string, at: number, last: boolean): number | null => {
        // Records are told apart by their quotes, and a quote opens a cell only after a separator.
        separator ??= separatorOf(text, last);
        return separator === undefined ? null : endOfRecord(text, at, separator, last);
      };
      for await (const records of batches(textsOf(input, decoder, signal), recordEnd, limits)) {
        const cells: (readonly Cell[])[] = [];
        for (const record of records) {
          cells.push(cellsOf(record, separator ?? ",", line));
          line += record.match(newline)?.length ?? 0;
        }
        const answers = await askAll(cells.flat().map(({ text }) => text), redact, signal); // prettier-ignore
        let next = 0;
        const texts = records.map((record, i) => {
          const changes: Replacement[] = [];
          row++;
          for (const [column, cell] of cells[i].entries()) {
            const found = answers[next++];
            tally.read(cell.text.length);
            if (found.length === 0) continue;
            tally.replaced(`row ${row}, column ${column + 1}`, found);
            const replacement = write(replaceIn(cell.text, found), cell.quoted, separator ?? ",");
            changes.push({ start: cell.start, end: cell.end, label: "", replacement });
          }
          return replaceIn(record, changes);
        });
        output.write(encode(texts.join(""), decoder.encoding ?? "utf-8", row === records.length));
      }
    });
    return tally.close(hash);
  },
};

function write(text: string, quoted: boolean, separator: string): string {
  const must = quoted || text.includes(separator) || /["\r\n]/.test(text);
  return must ? `"${text.replaceAll('"', '""')}"` : text;
}

/** UTF-16 units after which a separator under which the first record is still open is given up. */
const longHeader = 1 << 16;

/** The separator that makes most cells of the first record; undefined where that may not be all there yet. */
function separatorOf(text: string, last: boolean): string | undefined {
  let best = ",";
  let most = 0;
  for (const separator of [",", ";", "\t", "|"]) {
    const end = endOfRecord(text, 0, separator, last);
    if (end === null && text.length < longHeader) return undefined;
    if (end === null) continue;
    const { cells, broken } = scan(text.slice(0, end), 0, separator, true);
    const count = broken === undefined ? cells.length : 0.5;
    if (count > most) [best, most] = [separator, count];
  }
  return most > 0 ? best : undefined;
}

function endOfRecord(text: string, at: number, separator: string, last: boolean): number | null {
  const { end } = scan(text, at, separator, last);
  return end ?? (last ? text.length : null);
}

function cellsOf(record: string, separator: string, line: number): readonly Cell[] {
  const { cells, broken } = scan(record, 0, separator, true);
  if (broken === undefined) return cells;
  throw new Fault("document/csv-quote", {
    what: "the document holds a quote that cannot be read",
    where: `in the row that begins at line ${line}`,
    why: broken,
    remedy: "mend it there; a document is redacted as a whole or not at all",
  });
}

/**
 * Reads the record at `at`. `end` is undefined where more text is needed to tell. A quote inside a cell that does not
 * begin with one is an ordinary character.
 */
function scan(
  text: string,
  at: number,
  separator: string,
  last: boolean,
): { cells: readonly Cell[]; end?: number; broken?: string } {
  const cells: Cell[] = [];
  for (let i = at; ;) {
    const start = i;
    const quoted = text[i] === '"';
    if (quoted) {
      const close = closingQuote(text, i + 1);
      if (close === -1 || (close + 1 === text.length && !last))
        return last ? { cells, end: text.length, broken: "a quote is opened and never closed" } : { cells };
      i = close + 1;
      cells.push({ start, end: i, text: text.slice(start + 1, close).replaceAll('""', '"'), quoted });
      const stray = i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r";
      if (stray) return { cells, end: endOfLine(text, i, last), broken: "text follows a closing quote" };
    } else {
      while (i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r") i++;
      if (i === text.length && !last) return { cells };
      cells.push({ start, end: i, text: text.slice(start, i), quoted });
    }
    if (text[i] !== separator) return { cells, end: endOfLine(text, i, last) };
    i++;
  }
}

/** Behind the next line's end; undefined where a line feed may still follow, or none has come. */
function endOfLine(text: string, at: number, last: boolean): number | undefined {
  newline.lastIndex = at;
  const found = newline.exec(text);
  if (found === null) return last ? text.length : undefined;
  const end = found.index + found[0].length;
  return found[0] === "\r" && end === text.length && !last ? undefined : end;
}

/** The quote that closes a cell opened before `from`; -1 when none has come. */
function closingQuote(text: string, from: number): number {
  for (let i = text.indexOf('"', from); i !== -1; i = text.indexOf('"', i + 2)) {
    if (text[i + 1] !== '"') return i;
  }
  return -1;
}
