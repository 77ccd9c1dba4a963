import { printBytes } from "../../base/print.ts";
import type { QuantiseReport } from "../../graph/index.ts";
import type { Healing } from "../../workbench/quantise/heal.ts";
import type { Agreement, Judged } from "../../workbench/quantise/judge.ts";
import type { QuantiseOutcome } from "../../workbench/quantise/model.ts";
import type { Searched } from "../../workbench/quantise/smaller.ts";
import type { Refusals } from "../../workbench/quantise/rows.ts";
import { printDamage } from "./damage-view.ts";
import { columns, counted, interval } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

/** Lines of a list before the rest is counted; all are in the JSON. */
const LISTED = 12;

/** How a quantised model reads on a terminal. */
export function printQuantised(terminal: Terminal, outcome: QuantiseOutcome): void {
  const { source, written, report, calibration, search, healing, judged } = outcome;
  const { style } = terminal;
  if (written === null)
    terminal.print(style(["bold", "red"], `${source.path}: no mixture is within the limit; nothing is written`));
  else {
    const ratio = (written.bytes / source.bytes).toFixed(3);
    terminal.print(
      style("bold", `${written.path}: ${printBytes(written.bytes)} after ${printBytes(source.bytes)}, ${ratio} of it`),
    );
  }
  if (report !== null) printForms(terminal, report, outcome.to);
  if (calibration !== null) {
    const { observed, measured, refused } = calibration;
    const learned = healing?.learned ?? 0;
    const parts = [
      learned > 0 ? `${learned} learned from` : "",
      observed > 0 ? `${observed} seen` : "",
      measured > 0 ? `${measured} measured on` : "",
    ];
    terminal.print("");
    terminal.print(
      `calibration: ${counted(Math.max(learned, observed) + measured, "row")}, ${parts.filter((p) => p !== "").join(", ")}`,
    );
    printRefused(terminal, refused);
  }
  if (search !== null) printSearch(terminal, search);
  if (healing !== null) printHealing(terminal, healing);
  if (judged !== null) printJudged(terminal, judged);
}

function printForms(terminal: Terminal, { nodes }: QuantiseReport, asked: QuantiseOutcome["to"]): void {
  if (asked !== "mixed" && !nodes.some(({ to }) => to === asked))
    terminal.print(terminal.style(["bold", "yellow"], `no weight is in ${asked}`));
  const groups = new Map<string, { weights: number; before: number; after: number }>();
  for (const { to, bytesBefore, bytesAfter } of nodes) {
    const g = groups.get(to) ?? { weights: 0, before: 0, after: 0 };
    groups.set(to, { weights: g.weights + 1, before: g.before + bytesBefore, after: g.after + bytesAfter });
  }
  const rows = [...groups].map(([form, g]) => [
    `  ${form}`,
    counted(g.weights, "weight"),
    `${printBytes(g.before)} → ${printBytes(g.after)}`,
  ]);
  for (const line of columns(rows)) terminal.print(line);
  const otherwise = nodes.filter((n) => n.reason !== undefined);
  if (otherwise.length === 0) return;
  terminal.print("");
  terminal.print("not as asked:");
  const listed = otherwise.slice(0, LISTED).map((n) => [`  ${n.to}`, short(n.weight), n.reason ?? ""]);
  for (const line of columns(listed)) terminal.print(line);
  if (otherwise.length > LISTED) terminal.print(`  and ${otherwise.length - LISTED} more: --json lists all`);
}

/** Names of weights begin with the path of the module; what tells them apart is at the end. */
function short(name: string): string {
  return name.length <= 48 ? name : `…${name.slice(-47)}`;
}

function printRefused(terminal: Terminal, { count, listed }: Refusals): void {
  if (count === 0) return;
  terminal.print(terminal.style("yellow", `${counted(count, "row")} refused`));
  for (const { line, why } of listed.slice(0, 5)) terminal.print(`  line ${line}: ${why}`);
}

function printSearch(terminal: Terminal, { measure, limit, sensitivities, curve, best }: Searched): void {
  const figure = (x: number): string => x.toPrecision(2);
  terminal.print("");
  terminal.print(`damage: ${measure}; the limit is ${figure(limit)}`);
  const worst = [...sensitivities].sort((a, b) => b.damage - a.damage).slice(0, LISTED);
  const rows = worst.map((s) => [`  ${short(s.weight)}`, s.to, `saves ${printBytes(s.bytesSaved)}`, figure(s.damage)]);
  for (const line of columns([["one weight alone", "", "", "damage"], ...rows])) terminal.print(line);
  if (sensitivities.length > worst.length)
    terminal.print(`  and ${sensitivities.length - worst.length} more: --json lists all`);
  terminal.print("");
  const points = curve.map((p) => [
    `  ${printBytes(p.bytes)}`,
    figure(p.damage),
    p === best ? "← chosen" : p.damage <= limit ? "" : "over the limit",
  ]);
  for (const line of columns([["weights", "damage", ""], ...points])) terminal.print(line.trimEnd());
}

function printHealing(terminal: Terminal, { measure, judged, epochs, before, after, kept }: Healing): void {
  const [from, to] = [before.toExponential(1), after.toExponential(1)];
  terminal.print("");
  if (kept === "unhealed") terminal.print(terminal.style("yellow", "healing did not help: the unhealed form is kept"));
  terminal.print(`${measure}, on ${counted(judged, "row")} that neither form learned from:`);
  terminal.print(`  ${from} before healing, ${to} after ${counted(epochs, "epoch")}`);
}

function printJudged(terminal: Terminal, { rows, refused, agreement, damage }: Judged): void {
  terminal.print("");
  printAgreement(terminal, rows, agreement);
  printRefused(terminal, refused);
  if (damage === null) {
    terminal.print("no row has a label: what it costs in right answers is not known");
    return;
  }
  terminal.print("");
  printDamage(terminal, damage);
}

function printAgreement(terminal: Terminal, rows: number, { share, divergence, labels }: Agreement): void {
  terminal.print(
    `the same answer as the parent on ${interval(share, 4)} of ${counted(rows, "row")}; KL ${divergence.toExponential(1)} nats`,
  );
  const suffer = labels.flatMap(({ label, n, share: s }) =>
    "value" in s && s.value < 1 ? [[`  ${label}`, `${Math.round((1 - s.value) * n)} of ${n} answered otherwise`]] : [],
  );
  if (suffer.length === 0) return;
  terminal.print("what suffers most, by the parent's answer:");
  for (const line of columns(suffer.slice(0, LISTED))) terminal.print(line);
}
