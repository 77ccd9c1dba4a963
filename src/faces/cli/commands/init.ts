import { Command } from "commander";
import { existsSync } from "node:fs";
import { basename, join, parse, relative, resolve, sep } from "node:path";
import { Fault } from "../../../base/fault.ts";
import { nearest } from "../../../base/nearest.ts";
import { type KindName, kindNames, offsetUnits, type Task } from "../../../record/task.ts";
import { importFiles } from "../../../stages/data/index.ts";
import { readTable } from "../../../stages/data/file.ts";
import { fittingName } from "../../../stages/task/draft.ts";
import { draftTask, parseBarFlag, TASK_FILE, writeTask } from "../../../stages/task/index.ts";
import { act, examples } from "../action.ts";
import { printAudit } from "../audit-view.ts";
import { commaSeparated, flag, jsonFlag, offsetsFlag, quietFlag, refuseOffsets, seedFlag, several } from "../flags.ts";
import { guessColumns } from "../guess.ts";
import { guessSpans } from "../../../stages/task/guess-spans.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly kind: string;
  readonly from: readonly string[];
  readonly test?: readonly string[];
  readonly dev?: readonly string[];
  readonly text?: string;
  readonly label?: string;
  readonly group?: string;
  readonly offsets?: string;
  readonly bar?: readonly string[];
  readonly name?: string;
  readonly about?: string;
  readonly seed?: number;
  readonly force?: boolean;
}

export function initCommand(): Command {
  return new Command("init")
    .description("make a task out of labelled examples: audits them and writes whittle.yaml")
    .argument("<dir>", "the task's folder, made where there is none")
    .addOption(flag("--kind <kind>", `what is to be done with a text: ${kindNames.join(", ")}`).makeOptionMandatory())
    .addOption(
      flag("--from <file>", "labelled examples, CSV, JSONL or Parquet; may be repeated")
        .argParser(several)
        .makeOptionMandatory(),
    )
    .addOption(flag("--test <file>", "rows kept aside as the sealed test").argParser(several))
    .addOption(flag("--dev <file>", "rows to choose by").argParser(several))
    .addOption(flag("--text <column>", "the column of the text (guessed when not given)"))
    .addOption(flag("--label <column>", "the column of the label (guessed when not given)"))
    .addOption(flag("--group <column>", "rows with the same value here stay on one side of every split"))
    .addOption(offsetsFlag("what span offsets count; for kinds with spans"))
    .addOption(
      flag("--bar <metric=limit>", "a line of the bar, such as accuracy=0.88; may be repeated").argParser(
        commaSeparated,
      ),
    )
    .addOption(flag("--name <name>", "the task's name, and its pack's (the folder's when not given)"))
    .addOption(flag("--about <sentence>", "what is done with the answers, in a sentence"))
    .addOption(seedFlag("seed of everything that is drawn at random"))
    .addOption(flag("--force", "write over a whittle.yaml that is there"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples(
        "whittle init tickets --kind classify --from tickets.csv --text body --label queue",
        "whittle init invoices --kind extract --from invoices.jsonl --bar span_f1=0.9",
        "whittle init letters --kind redact --from letters.jsonl --group letter --offsets codepoint",
        "whittle init banking --kind classify --from train.jsonl --test test.jsonl --bar accuracy=0.88",
      ),
    )
    .action(act<[string], Options>((terminal, options, dir) => init(terminal, options, dir)));
}

async function init(terminal: Terminal, options: Options, dir: string): Promise<void> {
  const kind = kindFrom(options.kind);
  refuseOffsets(options.offsets, kind);
  refuseTaken(dir, options.force === true);
  const bar = options.bar?.map((line) => parseBarFlag(line, kind));
  const { text, label } = await columnsOf(options, kind);
  const paths = (files: readonly string[] | undefined): string[] | undefined =>
    files?.map((file) => pathFrom(dir, file));
  const draft = draftTask({
    name: options.name ?? fittingName(basename(resolve(dir))),
    kind,
    about: options.about,
    bar,
    seed: options.seed,
    data: {
      train: paths(options.from) ?? [],
      dev: paths(options.dev),
      test: paths(options.test),
      text,
      label,
      offsets: offsetUnits.find((unit) => unit === options.offsets),
      group: options.group,
    },
  });
  terminal.progress.report({ stage: "data", label: "reading the examples", done: 0 });
  // Read from here and not from the task's folder, so that whatever is told names the files as the user wrote them.
  const typed = { ...draft.data, train: options.from, dev: options.dev ?? [], test: options.test ?? [] };
  const first = await importFiles({ ...draft, data: typed }, ".");
  const labels = first.audit.labels.map(({ label: name }) => name).sort();
  const spans = draft.spans === null ? null : guessSpans(kind, first.examples, labels);
  const task: Task = { ...draft, labels: Object.fromEntries(labels.map((name) => [name, ""])), spans };
  // Bare values are found in their texts by what their type is known to be, and that is known only now.
  const isTold = spans !== null && Object.values(spans.fields).some(({ type }) => type !== "text");
  const dataset = isTold ? await importFiles({ ...task, data: typed }, ".") : first;
  const path = writeTask(dir, task, { overwrite: options.force === true });
  if (terminal.json) {
    terminal.printJson({ task: resolve(path), name: task.name, kind, columns: { text, label }, audit: dataset.audit });
    return;
  }
  printAudit(terminal, dataset);
  terminal.print(`Wrote    ${path}: write there what each label means, and the bar it must hold`);
  terminal.print(`Next     ${terminal.style("cyan", `whittle make ${dir}`)}`);
}

/** Kinds of the architecture that have no folder under kinds/ yet. */
const later = ["answer", "inspect"];

function kindFrom(given: string): KindName {
  const known = kindNames.find((kind) => kind === given);
  if (known !== undefined) return known;
  const near = nearest(given, [...kindNames, ...later]);
  throw new Fault(later.includes(given) ? "kind/not-built" : "usage/kind", {
    what: later.includes(given) ? `this whittle cannot do "${given}" yet` : `there is no kind "${given.slice(0, 80)}"`,
    where: "--kind",
    why: `it can do: ${kindNames.join(", ")}`,
    remedy: near === undefined || later.includes(near) ? `use --kind ${kindNames[0]}` : `did you mean ${near}?`,
  });
}

/** Told before anything is read, as reading may take a while. */
function refuseTaken(dir: string, force: boolean): void {
  const path = join(dir, TASK_FILE);
  if (force || !existsSync(path)) return;
  throw new Fault("task/exists", {
    what: `${dir} already holds a task`,
    where: path,
    why: "it may hold meanings and limits that somebody wrote by hand",
    remedy: "change that file, choose another folder, or say --force to write over it",
  });
}

async function columnsOf(options: Options, kind: KindName): Promise<{ text: string; label: string }> {
  const { text, label } = options;
  if (text !== undefined && label !== undefined) return { text, label };
  const [file] = options.from;
  const wanted = [text, label].filter((name) => name !== undefined);
  return guessColumns(file, (await readTable(file, wanted, file)).columns, { text, label }, kind);
}

/**
 * From the task's folder, so that both can be moved together; whole where they share no folder but the root. With forward
 * slashes, as YAML is shared.
 */
function pathFrom(dir: string, file: string): string {
  const whole = resolve(file);
  const local = relative(resolve(dir), whole);
  const climbs = resolve(dir, ...local.split(sep).filter((step) => step === ".."));
  return (climbs === parse(whole).root ? whole : local).replaceAll("\\", "/");
}
