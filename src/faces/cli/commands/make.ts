import { Command } from "commander";
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { Fault } from "../../../base/fault.ts";
import { nearest } from "../../../base/nearest.ts";
import type { Damage } from "../../../record/damage.ts";
import type { Measured } from "../../../record/decision.ts";
import { rungNames } from "../../../record/recipe.ts";
import { printBarLine, type Task } from "../../../record/task.ts";
import { printBytes } from "../../../base/print.ts";
import { readTask } from "../../../stages/task/index.ts";
import { damageOfMade } from "../../../workbench/damage.ts";
import { reportOf } from "../../../workbench/evaluate.ts";
import { openEngine } from "../../../workbench/open.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { type Made, make } from "../../../workbench/make/way.ts";
import { act, examples } from "../action.ts";
import { auditLine, splitLine } from "../audit-view.ts";
import { cliffLines } from "../cliff-view.ts";
import { briefDamage, damageLines } from "../damage-view.ts";
import { HELD, NOT_HELD } from "../exit.ts";
import { interval, wrap } from "../figures.ts";
import { commaSeparated, flag, jsonFlag, quietFlag, seedFlag, threadsFlag, wholeNumber } from "../flags.ts";
import { ladderHead, ladderRow } from "../ladder-view.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly rungs?: readonly string[];
  readonly threads?: number;
  readonly seed?: number;
  readonly seeds?: number;
}

export function makeCommand(): Command {
  return new Command("make")
    .description("go the whole way: audit, split, climb, quantise, evaluate, decide, pack")
    .argument("[dir]", "the task's folder", ".")
    .addOption(flag("--rungs <names>", `rungs to climb, of ${rungNames.join(", ")}`).argParser(commaSeparated))
    .addOption(threadsFlag("threads that training may use (all there are when not given)"))
    .addOption(seedFlag("instead of the seed in whittle.yaml"))
    .addOption(flag("--seeds <n>", "seeds for rungs with random weights, the best kept").argParser(wholeNumber(1, 20)))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      `\nExit codes: 0 the bar is held, 100 it is not (the nearest is packed, and marked so), 1 a fault, 2 usage.\n` +
        examples("whittle make tickets", "whittle make tickets --rungs linear,bag --json"),
    )
    .action(act<[string], Options>(run, { goOn: "Run the same command to go on: what was finished is kept." }));
}

async function run(terminal: Terminal, options: Options, dir: string): Promise<number> {
  const read = readTask(dir);
  const task: Task = { ...read, seed: options.seed ?? read.seed, rungs: rungsFrom(options.rungs) ?? read.rungs };
  const threads = options.threads ?? availableParallelism();
  const store = openTaskStore(dir);
  const engine = openEngine(threads);
  try {
    const view = terminal.json ? {} : viewOf(terminal, task);
    const made = await make(task, dir, {
      store,
      engine,
      threads,
      seeds: options.seeds,
      progress: terminal.progress,
      signal: terminal.signal,
      ...view,
    });
    const damage = (row: Measured): Damage | null => damageOfMade(task, made, row, store);
    if (terminal.json) terminal.printJson(jsonOf(task, made, damage));
    else printDecision(terminal, made, dir, task.kind, damage);
    return made.decision.held ? HELD : NOT_HELD;
  } finally {
    await engine.close();
    store.close();
  }
}

function rungsFrom(given: readonly string[] | undefined): readonly string[] | undefined {
  const unknown = given?.find((name) => !rungNames.some((rung) => rung === name));
  if (unknown === undefined) return given;
  const near = nearest(unknown, rungNames);
  throw new Fault("usage/rung", {
    what: `there is no rung "${unknown.slice(0, 80)}"`,
    where: "--rungs",
    why: `the rungs are ${rungNames.join(", ")}`,
    remedy: near === undefined ? "name some of these" : `did you mean ${near}?`,
  });
}

/** What is shown on the way: the audit, the split, and each row of the ladder as it becomes known. */
function viewOf(terminal: Terminal, task: Task): Pick<Parameters<typeof make>[2], "onDataset" | "onMeasured"> {
  let rows = 0;
  return {
    onDataset({ audit }, split) {
      terminal.print(`Data    ${auditLine(audit)}`);
      for (const remark of audit.remarks.slice(0, 4)) {
        for (const line of wrap(remark, 100, "        ")) terminal.print(terminal.style("yellow", line));
      }
      terminal.print(`Split   ${splitLine(split)}`);
      for (const line of wrap(task.bar.map(printBarLine).join("; "), 100, "Bar     ", "        ")) terminal.print(line);
      terminal.print("");
    },
    onMeasured(measured) {
      if (rows++ === 0) terminal.print(ladderHead(terminal, task.kind));
      terminal.print(ladderRow(terminal, task.kind, measured));
    },
  };
}

/** What a candidate costs against fp32 of its rung; null of fp32 itself. */
type DamageOf = (candidate: Measured) => Damage | null;

function printDecision(terminal: Terminal, made: Made, dir: string, kind: Task["kind"], damageOf: DamageOf): void {
  const { decision, pack, cliff } = made;
  const { style } = terminal;
  const { held, chosen, test, testOpenings, reasons } = decision;
  terminal.print("");
  const verdict = held ? style(["bold", "green"], "The bar is held") : style(["bold", "red"], "The bar is not held");
  terminal.print(`${verdict}: ${chosen.rung} at ${chosen.precision}${held ? "" : " comes nearest"}.`);
  for (const reason of reasons) for (const line of wrap(reason, 100, "  · ", "    ")) terminal.print(line);
  terminal.print("");
  if (test !== null) {
    const figures = Object.entries(test).map(([name, figure]) => `${name} ${interval(figure)}`);
    const openings = testOpenings === 1 ? "opened once" : `opened for ${testOpenings} candidates so far`;
    for (const line of wrap(`${figures.join(", ")} (${openings})`, 100, "Test    ", "        ")) terminal.print(line);
  }
  const taken = made.measured.find((row) => row.recipe.rung === chosen.rung && row.precision === chosen.precision);
  const damage = taken === undefined ? null : damageOf(taken);
  if (damage !== null) for (const line of damageLines(damage)) terminal.print(line);
  for (const line of cliffLines(cliff, terminal, kind)) terminal.print(line);
  const shown = shortest(pack);
  terminal.print(
    `Pack    ${shown}, ${printBytes(statSync(pack).size)}${held ? "" : ", marked as not holding the bar"}`,
  );
  terminal.print(`Next    ${style("cyan", `whittle predict ${shown} "some text"`)}`);
  terminal.print(`        ${style("cyan", `whittle report ${dir}`)}`);
  terminal.print(`        ${style("cyan", `whittle evaluate ${shown} --data more.jsonl`)}`);
  terminal.print(`        ${style("cyan", `whittle serve ${shown}`)}`);
}

function shortest(path: string): string {
  const whole = resolve(path);
  const local = relative(process.cwd(), whole);
  return local.length < whole.length && !local.startsWith("..") ? local : whole;
}

function jsonOf(task: Task, { decision, pack, measured, split, cliff }: Made, damageOf: DamageOf): unknown {
  const { held, chosen, test, testOpenings, reasons } = decision;
  return {
    decision: {
      held,
      chosen: { rung: chosen.rung, precision: chosen.precision, pack: resolve(pack) },
      test,
      testOpenings,
      reasons,
    },
    cliff,
    candidates: measured.map((candidate) => ({
      rung: candidate.recipe.rung,
      precision: candidate.precision,
      held: candidate.held,
      seeds: candidate.seeds,
      on: candidate.evaluation.on,
      bar: candidate.verdicts,
      damage: briefOf(damageOf(candidate)),
      evaluation: reportOf(task.name, candidate, candidate.evaluation.on === "dev" ? split.report.devOverlap : 0),
    })),
  };
}

function briefOf(damage: Damage | null): object | null {
  return damage === null ? null : briefDamage(damage);
}
