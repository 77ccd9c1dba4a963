import { Fault } from "../../src/base/fault.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import type { Engine } from "../../src/engine/index.ts";
import { fromHalf } from "../../src/graph/half.ts";
import { fromOnnx, type Graph, interpret, printFact, toOnnx } from "../../src/graph/index.ts";
import { readModel } from "../../src/graph/wire/model.ts";
import type { OperatorTest } from "./operator-data.ts";

/**
 * What became of one test. "bound": it was refused with its inputs open, because a rank or an axis hangs on one of them,
 * and passes with its whole numbers given when it is read, as exported models have them.
 */
export interface Verdict {
  readonly outcome: "passed" | "bound" | "refused" | "failed";
  /** The refusal or the failure in words. */
  readonly why?: string;
  readonly code?: string;
  /** What the engine said that cannot run what the interpreter can. */
  readonly engine?: string;
}

export async function judge(test: OperatorTest, engine?: Engine): Promise<Verdict> {
  const open = read(test, {});
  const known = knownInputs(test);
  // Shapes that hang on an input are judged with it given.
  const settled =
    open instanceof Fault ? undefined : open.outputs.every((v) => v.dims.every((d) => typeof d === "number"));
  const graph = settled === true ? open : read(test, known);
  if (graph instanceof Fault) {
    const first = open instanceof Fault ? open : graph;
    return { outcome: "refused", code: first.code, why: [first.message, first.where, first.why].join(" | ") };
  }
  const outcome = open instanceof Fault ? "bound" : "passed";
  if (test.outputs.length === 0) return { outcome: "failed", why: "the expected outputs are of a type not spoken" };
  const feeds = feedsOf(graph, test, settled === true ? {} : known);
  try {
    const wrong = differs(graph, interpret(graph, feeds), test.outputs, 1);
    if (wrong !== undefined) return { outcome: "failed", why: `interpreter: ${wrong}` };
    if (engine === undefined) return { outcome };
    const program = await engine.load(toOnnx(graph), { thread: "here" });
    const found = await program.run(feeds).finally(() => program.close());
    const wrongThere = differs(graph, found, test.outputs, 0);
    return wrongThere === undefined ? { outcome } : { outcome: "failed", why: `engine: ${wrongThere}` };
  } catch (error) {
    const why = error instanceof Fault ? [error.message, error.why].join(" | ") : String(error);
    const lacks = /NOT_IMPLEMENTED|Could not find an implementation|does not cross the edge/.test(why);
    return lacks ? { outcome, engine: why } : { outcome: "failed", why };
  }
}

/** A refusal is a fault; anything else that is thrown is a failure of the test. */
function read(test: OperatorTest, known: Record<string, Tensor>): Graph | Fault {
  try {
    return fromOnnx(test.model, { known });
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

const portsOf = (test: OperatorTest): readonly { name: string }[] => readModel(test.model).graph?.inputs ?? [];

/** Inputs of whole numbers, single truths, and scales: what exported models hold as constants. */
function knownInputs(test: OperatorTest): Record<string, Tensor> {
  const whole = (t: Tensor | undefined): boolean =>
    t?.type === "int64" || t?.type === "int32" || (t?.type === "bool" && t.data.length === 1);
  const entries = portsOf(test).map((port, i) => [port.name, test.inputs[i]] as const);
  return Object.fromEntries(entries.filter(([name, t]) => t !== undefined && (whole(t) || name === "scales")));
}

/** The tests feed by position. */
function feedsOf(graph: Graph, test: OperatorTest, known: Record<string, Tensor>): Record<string, Tensor> {
  const open = graph.inputs.map((v) => v.name);
  const entries = portsOf(test).map((port, i) => [port.name, test.inputs[i]] as const);
  return Object.fromEntries(entries.filter(([name]) => open.includes(name) && !Object.hasOwn(known, name)));
}

/**
 * What differs from what is expected: shapes that were inferred, types, or numbers past ONNX's own tolerance. Whole numbers
 * of 8 bits may be `steps` off: where float32 falls on a half, the doubles of the interpreter may not.
 */
function differs(
  graph: Graph,
  found: Record<string, Tensor>,
  expected: readonly Tensor[],
  steps: number,
): string | undefined {
  for (const [i, port] of graph.outputs.entries()) {
    const [a, b] = [found[port.name], expected[i]];
    if (b === undefined) continue;
    const fits =
      port.dims.length === b.dims.length && port.dims.every((d, k) => typeof d === "string" || d === b.dims[k]);
    if (!fits || port.type !== b.type) return `inferred ${printFact(port)}, expected ${printFact(b)}`;
    if (a.type !== b.type || a.dims.join() !== b.dims.join()) return `gives ${printFact(a)}, expected ${printFact(b)}`;
    const [x, y] = [numbers(a), numbers(b)];
    const slack = b.type === "uint8" || b.type === "int8" ? steps : 1e-7;
    const near = (v: number, w: number): boolean =>
      Object.is(v, w) || v === w || Math.abs(v - w) <= slack + 1e-3 * Math.abs(w);
    const at = x.findIndex((v, k) => !near(v, y[k]));
    if (at >= 0) return `${port.name}[${at}] is ${x[at]}, expected ${y[at]}`;
  }
  return undefined;
}

function numbers(t: Tensor): number[] {
  if (t.type === "float16") return Array.from(t.data as Uint16Array, fromHalf);
  return Array.from(t.data as ArrayLike<number | bigint>, Number);
}
