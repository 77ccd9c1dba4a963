import { printBytes } from "../../base/print.ts";
import { devices } from "../../fit/devices.ts";
import type { Plan } from "../../fit/plan.ts";
import type { PlannedModel } from "../../workbench/memory/plan.ts";
import { columns } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

/** How a plan reads on a terminal. */
export function printPlan(terminal: Terminal, { model, device, plan }: PlannedModel): void {
  const { style } = terminal;
  const kind = [plan.architecture, plan.format, `${printCount(plan.parameters)} parameters`].filter((w) => w !== null);
  terminal.print(`${style("bold", model)}: ${kind.join(", ")}, ${both(plan.fileBytes)} on disk`);
  const shares = plan.precisions.slice(0, 4).map((s) => `${s.precision} ${printBytes(s.bytes)} in ${s.tensors}`);
  if (shares.length > 0) terminal.print(`tensors: ${shares.join(", ")}`);
  terminal.print("");
  printNeeds(terminal, plan);
  terminal.print("");
  const where = device === null ? "the memory given" : `${device.name} (${device.basis}, ${device.date})`;
  terminal.print(`${verdictWords(terminal, plan)}: ${both(plan.needs.total)} of ${both(plan.budget)}, ${where}`);
  for (const reason of plan.needs.missing) terminal.print(`  not counted: ${reason}`);
  if (plan.trainedContext !== null && plan.options.context > plan.trainedContext)
    terminal.print(`  it was trained on ${plan.trainedContext} tokens, fewer than are asked for`);
  if (plan.longestContext !== null)
    terminal.print(`longest ${plan.unit === "tokens" ? "context" : "text"} that fits: ${longest(plan)}`);
  if (plan.others.length > 0) terminal.print(`finest precision that fits: ${plan.best ?? "none"}`);
  if (plan.giveUp.length > 0) {
    terminal.print("it would fit with:");
    for (const line of columns(plan.giveUp.map((o) => [`  ${o.what}`, memory(o.total)]))) terminal.print(line);
  } else if (plan.verdict === "does not fit") terminal.print("nothing that is known here makes it fit");
  if (plan.others.length === 0) return;
  terminal.print("");
  const rows = plan.others.map((o) => [
    `  ${o.precision}`,
    memory(o.weights),
    memory(o.total),
    o.fits ? "✓ fits" : "✗ too large",
  ]);
  for (const line of columns([["at other precisions", "weights", "in all", ""], ...rows]))
    terminal.print(line.trimEnd());
}

function printNeeds(terminal: Terminal, { needs, options, runtime, longestContext, unit }: Plan): void {
  const { context, batch, cache } = options;
  const load = longestContext === null && needs.cache === 0 ? `a batch of ${batch}` : `${context} ${unit} × ${batch}`;
  const rows = [
    ["weights", memory(needs.weights), ""],
    ["keys and values", memory(needs.cache), `${cache}, ${load}`],
    ["activations", memory(needs.activations), load],
    ["runtime", memory(needs.runtime), runtime.name],
    ["rest of the pack", memory(needs.file), "vocabularies, and what is made of them"],
    ["garbage", memory(needs.garbage), "between two collections, while it serves"],
    ["in all", memory(needs.total), `while loading ${memory(needs.loadPeak)}`],
  ];
  for (const line of columns(rows.filter(([, bytes]) => bytes !== NOTHING))) terminal.print(line.trimEnd());
}

function verdictWords(terminal: Terminal, { verdict }: Plan): string {
  if (verdict === "fits") return terminal.style("green", "✓ fits");
  if (verdict === "does not fit") return terminal.style("red", "✗ does not fit");
  return terminal.style("yellow", "? not known");
}

function longest({ longestContext, trainedContext, options, unit }: Plan): string {
  if (longestContext === 0) return "none";
  const trained = longestContext === trainedContext ? ", all that it was trained on" : "";
  return `${longestContext} ${unit}${options.batch > 1 ? ` × ${options.batch}` : ""}${trained}`;
}

export function printTensors(terminal: Terminal, { tensors }: Plan): void {
  const rows = tensors.map((t) => [t.name, t.precision, `[${t.dims.join(", ")}]`, memory(t.bytes)]);
  terminal.print("");
  for (const line of columns(rows)) terminal.print(line);
}

export function printDevices(terminal: Terminal): void {
  const rows = devices.map((d) => [d.name, memory(d.memory), memory(d.usable), `${d.basis}, ${d.date}`, d.what]);
  for (const line of columns([["device", "memory", "usable", "basis", ""], ...rows])) terminal.print(line);
  terminal.print("");
  terminal.print("Where each number comes from: docs/plan.md, or --devices --json.");
}

const NOTHING = "–";

/** "4.58 GiB": memory is counted in powers of two. */
function memory(bytes: number): string {
  if (bytes === 0) return NOTHING;
  if (bytes < 1024) return `${bytes} B`;
  const power = bytes >= 2 ** 30 ? 3 : bytes >= 2 ** 20 ? 2 : 1;
  return `${(bytes / 1024 ** power).toFixed(2)} ${["KiB", "MiB", "GiB"][power - 1]}`;
}

/** "4.58 GiB (4.92 GB)": files, and what is sold, are counted in powers of ten. */
function both(bytes: number): string {
  return bytes < 1024 ? memory(bytes) : `${memory(bytes)} (${printBytes(bytes)})`;
}

function printCount(n: number): string {
  const [scale, letter] = n >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  return n < 1e6 ? n.toLocaleString("en-US") : `${(n / scale).toFixed(2)} ${letter}`;
}
