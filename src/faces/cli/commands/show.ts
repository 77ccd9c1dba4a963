import { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import { diskFault } from "../../../base/files.ts";
import { readPack } from "../../../packfile/read.ts";
import { readCard } from "../../../predict/pack.ts";
import { type KindName, printBarLine, type Task } from "../../../record/task.ts";
import { printBytes } from "../../../base/print.ts";
import { readTask } from "../../../stages/task/index.ts";
import { findRun, measuredOf } from "../../../workbench/history/history.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { columns, interval } from "../figures.ts";
import { flag, jsonFlag, quietFlag } from "../flags.ts";
import { printRun } from "../run-view.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly dir?: string;
}

export function showCommand(): Command {
  return new Command("show")
    .description("a pack's card, a task's, or a run of its history: decision, quality, parts, sizes")
    .argument(
      "[what]",
      "a pack, a task's folder, or a run: the beginning of its key, or a rung such as linear:int8",
      ".",
    )
    .addOption(flag("--dir <folder>", "the task's folder, for a run (this one when not given)"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle show tickets/tickets.whittle", "whittle show linear --dir tickets"))
    .action(
      act<[string], Options>(async (terminal, { dir }, what) => {
        if (dir !== undefined || (!existsSync(what) && !isPath(what))) showRun(terminal, dir ?? ".", what);
        else if (isFolder(what)) showTask(terminal, what);
        else showPack(terminal, what);
      }),
    );
}

/** What reads as a path is one, there or not. */
function isPath(what: string): boolean {
  return what.includes("/") || what.endsWith(".whittle");
}

function showRun(terminal: Terminal, folder: string, reference: string): void {
  const store = openTaskStore(folder, "read");
  try {
    const run = findRun(store, reference);
    const measured = measuredOf(store, run);
    if (terminal.json) terminal.printJson({ key: run.key, at: run.at, dataset: run.dataset, ...measured });
    else printRun(terminal, run, measured);
  } finally {
    store.close();
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw diskFault(cause, "read", path);
  }
}

function showTask(terminal: Terminal, folder: string): void {
  const task = readTask(folder);
  if (terminal.json) {
    terminal.printJson({ task });
    return;
  }
  const { style } = terminal;
  terminal.print(`${style("bold", task.name)}, ${task.kind}${task.about === "" ? "" : `: ${task.about}`}`);
  terminal.print("");
  terminal.print(`data   train ${task.data.train.join(", ")}`);
  for (const part of ["dev", "test"] as const)
    if (task.data[part].length > 0) terminal.print(`       ${part} ${task.data[part].join(", ")}`);
  terminal.print(`       text in "${task.data.text}", label in "${task.data.label}"`);
  task.bar.forEach((line, i) => terminal.print(`${i === 0 ? "bar    " : "       "}${printBarLine(line)}`));
  const labels = Object.entries(task.labels).map(([label, meaning]) => [
    "      ",
    label,
    ...wantedOf(task, label),
    meaning === "" ? style("dim", "(no meaning written yet)") : meaning,
  ]);
  if (labels.length > 0) terminal.print(nouns[task.kind]);
  for (const line of columns(labels, " ")) terminal.print(line);
}

/** What the labels of a kind are called. */
const nouns = { classify: "labels", extract: "fields", redact: "categories" } as const satisfies Record<
  KindName,
  string
>;

/** Of a field its type, of a category what becomes of it. */
function wantedOf({ spans }: Task, label: string): string[] {
  if (spans === null) return [];
  const field = Object.hasOwn(spans.fields, label) ? spans.fields[label] : undefined;
  const category = Object.hasOwn(spans.categories, label) ? spans.categories[label] : undefined;
  if (field !== undefined) return [`${field.type}${field.many ? ", many" : ""}${field.required ? ", required" : ""}`];
  return category === undefined ? [] : [category.policy];
}

function showPack(terminal: Terminal, path: string): void {
  const pack = readPack(path);
  const card = readCard(pack.parts, path);
  const parts = pack.entries.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  if (terminal.json) {
    terminal.printJson({ ...card, hash: pack.hash, size_bytes: pack.size, parts });
    return;
  }
  const { style } = terminal;
  const { task, recipe, precision, held } = card;
  terminal.print(
    `${style("bold", task.name)}, ${task.kind}, ${Object.keys(card.labels).length} ${nouns[task.kind]}${task.about === "" ? "" : `: ${task.about}`}`,
  );
  const bar = held ? style("green", "the bar was held") : style("red", "the bar was not held");
  terminal.print(`${recipe.rung} at ${precision}, trained on ${card.trainedOn.rows} rows, seed ${recipe.seed}; ${bar}`);
  terminal.print(`made by whittle ${card.whittle}, ${card.engine}`);
  terminal.print("");
  for (const [on, quality] of Object.entries(card.quality)) {
    const figures = Object.entries(quality).map(([name, figure]) => `${name} ${interval(figure)}`);
    terminal.print(`${on.padEnd(6)} ${figures.join(", ")}`);
  }
  card.bar.forEach((line, i) => terminal.print(`${i === 0 ? "bar   " : "      "} ${line}`));
  terminal.print("");
  for (const line of columns(parts.map(({ name, bytes, sha256 }) => [name, printBytes(bytes), sha256.slice(0, 16)])))
    terminal.print(line);
  terminal.print(`${printBytes(pack.size)} in all, hash ${pack.hash.slice(0, 16)}`);
}
