import { Command } from "commander";
import { kindOf } from "../../../kinds/table.ts";
import type { KindName } from "../../../record/task.ts";
import { readTask } from "../../../stages/task/index.ts";
import { diff, type Difference, type Flip } from "../../../workbench/history/diff.ts";
import { findRun, type KeptRun } from "../../../workbench/history/history.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { counted, interval, probability, wrap } from "../figures.ts";
import { flag, jsonFlag, quietFlag, wholeNumber } from "../flags.ts";
import { rightWords } from "../quality-view.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly dir?: string;
  readonly most?: number;
}

const SHOWN = 20;

export function diffCommand(): Command {
  return new Command("diff")
    .description("what two runs answer differently, with the texts")
    .argument("<base>", "a run: the beginning of its key, a rung such as linear:int8, or a pack made here")
    .argument("<head>", "the run to compare with it")
    .addOption(flag("--dir <folder>", "the task's folder (this one when not given)"))
    .addOption(
      flag("--most <n>", `rows shown (${SHOWN} when not given; --json has them all)`).argParser(wholeNumber(0, 1e6)),
    )
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples("whittle diff linear:fp32 linear:int8 --dir tickets", "whittle diff 3f2a 9c01 --json"),
    )
    .action(
      act<[string, string], Options>(async (terminal, { dir = ".", most = SHOWN }, base, head) => {
        const store = openTaskStore(dir, "read");
        try {
          const [a, b] = [findRun(store, base), findRun(store, head)];
          const task = readTask(dir);
          const told = diff(store, a, b, task);
          if (terminal.json) terminal.printJson({ base: a, head: b, ...told });
          else print(terminal, { base: a, head: b, told, most, kind: task.kind });
        } finally {
          store.close();
        }
      }),
    );
}

interface Told {
  readonly base: KeptRun;
  readonly head: KeptRun;
  readonly told: Difference;
  readonly most: number;
  readonly kind: KindName;
}

function print(terminal: Terminal, { base, head, told, most, kind }: Told): void {
  const { style } = terminal;
  terminal.print(`base  ${nameOf(base)}`);
  terminal.print(`head  ${nameOf(head)}`);
  const apart = told.onlyInBase + told.onlyInHead;
  const others = apart === 0 ? "" : `, ${apart} more judged by one of them alone`;
  terminal.print(`${counted(told.n, "row")} judged by both${others}`);
  if (told.f1 !== null) terminal.print(`span_f1, head − base: ${interval(told.f1)}`);
  terminal.print(
    `${rightWords(kind)}, head − base: ${interval(told.accuracy)}; exact McNemar test p = ${told.p.toPrecision(2)}`,
  );
  terminal.print(`${told.lost} lost, ${told.gained} gained, ${told.otherwise} wrong in another way`);
  for (const flip of told.flips.slice(0, most)) {
    terminal.print("");
    const paint = flip.what === "lost" ? "red" : flip.what === "gained" ? "green" : "yellow";
    terminal.print(`${style(paint, flip.what)}  ${answers(flip, kind)}`);
    for (const line of wrap(flip.text, 100, "  ")) terminal.print(line);
  }
  if (told.flips.length > most) {
    terminal.print("");
    terminal.print(`and ${told.flips.length - most} more (--most, or --json)`);
  }
}

function answers({ target, text, base, head }: Flip, kind: KindName): string {
  const { inWords } = kindOf(kind);
  const said = ({ label, confidence }: Flip["base"]): string => `${inWords(label, text)} (${probability(confidence)})`;
  return `${said(base)} → ${said(head)}; right is ${inWords(target, text)}`;
}

function nameOf({ key, rung, precision, on, n, metric, figure }: KeptRun): string {
  return `${key.slice(0, 8)}  ${rung} at ${precision}, ${metric} ${interval(figure)} on ${on} (${n} rows)`;
}
