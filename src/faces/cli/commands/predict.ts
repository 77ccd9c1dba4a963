import { Command } from "commander";
import { createReadStream } from "node:fs";
import { extname, resolve } from "node:path";
import { diskFault } from "../../../base/files.ts";
import type { Opened } from "../../../predict/pack.ts";
import type { Naming } from "../../../documents/names.ts";
import { recordSchema } from "../../../kinds/extract/schema.ts";
import { readTable } from "../../../stages/data/file.ts";
import { Fault } from "../../../base/fault.ts";
import { DOCUMENT_WINDOW, formatOf, isFolder, redactDocument, redactDocuments } from "../../../workbench/documents.ts";
import { type Budget, budgetOf } from "../../../workbench/memory/budget.ts";
import { open } from "../../../workbench/open.ts";
import { act, examples } from "../action.ts";
import {
  answer,
  type Answered,
  type Asked,
  askedOf,
  askedOfFields,
  csvHead,
  csvLine,
  jsonLine,
  writtenBy,
} from "../answer.ts";
import { FAULT, HELD } from "../exit.ts";
import { counted } from "../figures.ts";
import { flag, jsonFlag, memoryFlag, quietFlag, threadsFlag } from "../flags.ts";
import { linesOf } from "../jsonl.ts";
import { outFile } from "../out-file.ts";
import { printPrediction } from "../prediction-view.ts";
import { receiptFlag, type ReceiptFlag, requiredReceipt } from "../receipt-flag.ts";
import { type Terminal, writeOut } from "../terminal.ts";

interface Options extends ReceiptFlag {
  readonly in?: string;
  readonly out?: string;
  readonly text?: string;
  readonly audit?: string;
  readonly names?: Naming;
  readonly keepUnread?: boolean;
  readonly schema?: boolean;
  readonly threads?: number;
  readonly memory?: string;
}

const BATCH = 256;
const MAX_LINE_BYTES = 4 * 2 ** 20;

export function predictCommand(): Command {
  return new Command("predict")
    .description("answer one text, a file, stdin line by line; redact a document or a folder of them")
    .argument("<pack>", "the pack, a .whittle file")
    .argument("[text]", "one text; without it, JSONL is read from stdin or from --in")
    .addOption(flag("--in <path>", "rows to answer (JSONL, CSV, Parquet); to redact: a document or a folder of them"))
    .addOption(
      flag(
        "--out <path>",
        "where the answers go, JSONL or CSV by its ending; of a document the redacted one; written whole or not at all",
      ),
    )
    .addOption(flag("--text <column>", "the column of the text (the pack's own, or text, when not given)"))
    .addOption(
      flag("--audit <file>", "the log of what was redacted in a folder, without a word of it (OUT.audit.jsonl)"),
    )
    .addOption(
      flag("--names <how>", "names of files in a redacted folder")
        .choices(["redact", "keep", "number"])
        .default("redact"),
    )
    .addOption(
      flag("--keep-unread", "keep pictures and embedded files, which cannot be read; else such documents are refused"),
    )
    .addOption(flag("--schema", "print the JSON Schema of the records of a pack of kind extract"))
    .addOption(threadsFlag("threads that answering may use"))
    .addOption(memoryFlag())
    .addOption(receiptFlag())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples(
        'whittle predict tickets/tickets.whittle "my card was swallowed"',
        "whittle predict tickets/tickets.whittle --in new.csv --out answers.csv",
        "whittle predict tickets/tickets.whittle --in new.jsonl --memory 256MB",
        "whittle predict letters/letters.whittle --in letters/ --out clean/",
        "whittle predict letters/letters.whittle --in contract.docx --out contract-clean.docx",
        `echo '{"text":"my card was swallowed","id":7}' | whittle predict tickets/tickets.whittle`,
      ),
    )
    .action(act<[string, string | undefined], Options>(run));
}

async function run(terminal: Terminal, options: Options, path: string, text: string | undefined): Promise<number> {
  if (text !== undefined && (options.in !== undefined || options.out !== undefined)) {
    throw new Fault("usage/arguments", {
      what: "a text and a file were both given",
      remedy: "give the text, or --in and --out",
    });
  }
  const isDocument = options.in !== undefined && (isFolder(options.in) || isLetter(options.in));
  const secret = process.env["WHITTLE_PSEUDONYM_KEY"];
  const memory = options.memory === undefined ? undefined : budgetOf(options.memory);
  const pack = await open(path, {
    threads: options.threads ?? 1,
    memory,
    ...(secret === undefined ? {} : { secret }),
    ...(isDocument ? { maxTextLength: DOCUMENT_WINDOW } : {}),
    ...requiredReceipt(options),
  });
  try {
    if (options.schema === true) return printSchema(terminal, pack);
    if (isDocument) return await redactAll(terminal, options, pack, secret);
    if (text === undefined) return await answerAll(terminal, options, pack, memory);
    const prediction = await pack.predict(text, { signal: terminal.signal });
    if (terminal.json) terminal.printJson(prediction);
    else printPrediction(terminal, prediction);
    return HELD;
  } finally {
    await pack.close();
  }
}

/** A document rather than rows: what is neither JSONL, CSV nor Parquet. */
function isLetter(path: string): boolean {
  return formatOf(path) !== undefined && ![".jsonl", ".json", ".csv"].includes(extname(path).toLowerCase());
}

const SHOWN = 20;

/** A folder of documents, or one; what was refused is listed, and makes the command end in a fault. */
async function redactAll(
  terminal: Terminal,
  { in: input = "", out, audit, names, keepUnread }: Options,
  pack: Opened,
  secret: string | undefined,
): Promise<number> {
  if (out === undefined) {
    throw new Fault("usage/arguments", { what: "a document is redacted into another", remedy: "name it with --out" });
  }
  const unread = keepUnread === true ? "keep" : "refuse";
  const { signal, progress } = terminal;
  if (!isFolder(input)) {
    const told = await redactDocument(pack, input, out, { secret, unread, signal });
    if (terminal.json) terminal.printJson(told);
    else terminal.print(`Redacted  ${out}: ${countsIn(told.counts)}`);
    return HELD;
  }
  const log = audit ?? `${out.replace(/[/\\]+$/, "")}.audit.jsonl`;
  const told = await redactDocuments(pack, input, out, { secret, unread, names, audit: log, progress, signal });
  if (terminal.json) terminal.printJson({ ...told, audit: log });
  else {
    const before = told.doneBefore === 0 ? "" : `, ${told.doneBefore} done before`;
    terminal.print(
      `Redacted  ${told.redacted} ${told.redacted === 1 ? "document" : "documents"}${before}: ${countsIn(told.counts)}`,
    );
    terminal.print(`Log       ${log}`);
    for (const { file, fault } of told.refused.slice(0, SHOWN))
      terminal.print(`Refused   ${file}: ${fault.why ?? ""} (${fault.code})`);
    if (told.refused.length > SHOWN) terminal.print(`Refused   and ${told.refused.length - SHOWN} more: see the log`);
  }
  return told.refused.length === 0 ? HELD : FAULT;
}

function countsIn(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).map(([label, n]) => `${label} ${n}`);
  return told.length === 0 ? "nothing found" : told.join(", ");
}

function printSchema(terminal: Terminal, { card, manifest }: Opened): number {
  if (card.task.kind !== "extract" || manifest.spans === undefined) {
    throw new Fault("usage/arguments", {
      what: `a pack of kind ${card.task.kind} answers with no record`,
      remedy: "leave --schema out",
    });
  }
  terminal.print(JSON.stringify(recordSchema(card.task.name, card.labels, manifest.spans.fields), null, 2));
  return HELD;
}

async function answerAll(
  terminal: Terminal,
  options: Options,
  pack: Opened,
  memory: Budget | undefined,
): Promise<number> {
  const column = options.text ?? pack.card.task.columns.text;
  const input = await inputOf(terminal, options, { column, memory, labels: pack.manifest.labels.length });
  const out = options.out === undefined ? undefined : await outFile(options.out);
  const write = out === undefined ? writeOut : (text: string) => out.write(text);
  const written = writtenBy(pack.manifest, column);
  const asCsv = options.out !== undefined && extname(options.out).toLowerCase() === ".csv";
  let known: readonly string[] | undefined = input.columns;
  let answered = 0;
  let refused = 0;
  try {
    for await (const asked of input.batches) {
      if (terminal.signal.aborted) throw new Fault("predict/stopped", { what: "stopped" });
      const rows = await answer(pack, asked, terminal.signal);
      if (asCsv && (known === undefined || answered === 0)) {
        known ??= [...new Set(rows.flatMap((row) => Object.keys(row.fields)))];
        await write(csvHead(known, written));
      }
      const print = (row: Answered): string => (asCsv ? csvLine(known ?? [], row, written) : jsonLine(row, written));
      await write(rows.map(print).join(""));
      answered += rows.length;
      refused += rows.filter(({ outcome }) => outcome instanceof Fault).length;
      terminal.progress.report({ stage: "serve", label: `${answered} answered`, done: answered, total: input.total });
    }
    await out?.finish();
  } catch (error) {
    await out?.abandon();
    throw error;
  }
  if (options.out !== undefined) {
    if (terminal.json) terminal.printJson({ out: resolve(options.out), answered: answered - refused, refused });
    else terminal.print(`Wrote    ${options.out}: ${counted(answered - refused, "row")} answered, ${refused} refused`);
  }
  if (refused > 0)
    terminal.note(`${refused} of ${answered} rows could not be answered; each has its fault in its place`);
  return refused > 0 ? FAULT : HELD;
}

interface Input {
  readonly batches: AsyncIterable<Asked[]>;
  readonly total?: number;
  /** Known beforehand where a file names them. */
  readonly columns?: readonly string[];
}

interface Reading {
  readonly column: string;
  readonly memory: Budget | undefined;
  readonly labels: number;
}

async function inputOf(terminal: Terminal, { in: file }: Options, reading: Reading): Promise<Input> {
  const { column, memory } = reading;
  if (file === undefined) {
    if (process.stdin.isTTY) terminal.note('reading one object a line, such as {"text": "…"}; end with Ctrl-D');
    return { batches: askedLines(process.stdin, reading) };
  }
  if ([".jsonl", ".ndjson"].includes(extname(file).toLowerCase())) {
    return { batches: askedLines(bytesOf(file), reading) };
  }
  memory?.admitTable(file);
  const table = await readTable(file, [column], file);
  const rows = table.rows.map((row): Asked => {
    const where = `${file}:${row.line}`;
    if ("cells" in row) return askedOfFields({ ...row.cells }, column, where);
    return { fields: {}, fault: new Fault(row.refused.code, { what: row.refused.why, where }) };
  });
  const most = memory?.answers(reading.labels, BATCH) ?? BATCH;
  return { batches: batchesOf(rows, most), total: rows.length, columns: table.columns };
}

async function* askedLines(
  source: AsyncIterable<Uint8Array>,
  { column, memory, labels }: Reading,
): AsyncGenerator<Asked[]> {
  const most = memory?.answers(labels, BATCH) ?? BATCH;
  const longest = memory?.line(MAX_LINE_BYTES) ?? MAX_LINE_BYTES;
  for await (const lines of linesOf(source, longest, most)) yield lines.map((line) => askedOf(line, column));
}

async function* batchesOf(rows: readonly Asked[], most: number): AsyncGenerator<Asked[]> {
  for (let from = 0; from < rows.length; from += most) yield rows.slice(from, from + most);
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Uint8Array;
  } catch (cause) {
    throw diskFault(cause, "read", file);
  }
}
