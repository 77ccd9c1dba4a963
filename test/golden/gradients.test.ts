import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { random } from "../../src/base/random.ts";
import { gradients } from "../../src/graph/gradient/table.ts";
import { builder, check, evaluate, gradient, opNames } from "../../src/graph/index.ts";
import { array, type NdArray } from "../../src/graph/meaning/array.ts";
import { array64, type Case, cases, type Differentiable } from "./gradient-cases.ts";

/** Σ weights·f(x): its gradient by the walk, and by central differences of the oracle. */
function compare(c: Case, seed: number): void {
  const draw = random(seed, "gradient");
  const feeds: Record<string, NdArray> = {};
  const b = builder("case");
  const xs = c.dims.map((dims, i) => {
    feeds[`x${i}`] = array("float32", dims);
    feeds[`x${i}`].data.forEach((_, at, data) => (data[at] = (c.draw ?? ((n: number) => n))(draw.normal(), at)));
    return b.input(`x${i}`, "float32", dims);
  });
  const made = c.make(b, xs);
  const y = made.type === "float32" ? made : b.op("Cast", [made], { to: "float32" });
  const weights = array64(y.dims as number[]);
  weights.data.forEach((_, i) => (weights.data[i] = draw.normal()));
  const loss = b.op("ReduceSum", [b.op("Mul", [y, b.constant(weights)])], { keepdims: 0 });
  const gradientOf = gradient(b, loss, xs);
  b.output("loss", loss);
  gradientOf.forEach((g, i) => b.output(`g${i}`, g));
  const graph = check(b.finish());
  const forward = { ...graph, outputs: graph.outputs.slice(0, 1) };
  const results = evaluate(graph, feeds);
  c.dims.forEach((dims, i) => {
    expect(results[`g${i}`].dims).toEqual(dims);
    const x = feeds[`x${i}`];
    x.data.forEach((value, at) => {
      const h = 1e-5 * Math.max(1, Math.abs(value));
      const lossAt = (v: number): number => {
        x.data[at] = v;
        return evaluate(forward, feeds).loss.data[0];
      };
      const slope = (lossAt(value + h) - lossAt(value - h)) / (2 * h);
      x.data[at] = value;
      const found = results[`g${i}`].data[at];
      expect(Math.abs(found - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope), Math.abs(found)) * 10);
    });
  });
}

/** The same gradients where the first size of the first input is a name; false where a rule must know the number. */
function compareNamed(c: Case, seed: number): boolean {
  const draw = random(seed, "named");
  const feeds: Record<string, NdArray> = {};
  c.dims.forEach((dims, i) => {
    feeds[`x${i}`] = array("float32", dims);
    feeds[`x${i}`].data.forEach((_, at, data) => (data[at] = (c.draw ?? ((n: number) => n))(draw.normal(), at)));
  });
  const run = (named: boolean): Record<string, NdArray> => {
    const b = builder("case");
    const xs = c.dims.map((dims, i) =>
      b.input(`x${i}`, "float32", named && i === 0 ? ["rows", ...dims.slice(1)] : dims),
    );
    const loss = b.op("ReduceSum", [b.op("Sin", [c.make(b, xs)])], { keepdims: 0 });
    gradient(b, loss, xs).forEach((g, i) => b.output(`g${i}`, g));
    return evaluate(check(b.finish()), feeds);
  };
  const expected = run(false);
  let found: Record<string, NdArray>;
  try {
    found = run(true);
  } catch (error) {
    if (error instanceof Fault && (error.code === "graph/no-gradient" || error.code === "graph/shape")) return false;
    throw error;
  }
  for (const [name, g] of Object.entries(expected)) {
    expect(found[name].dims).toEqual(g.dims);
    g.data.forEach((v, at) => expect(found[name].data[at]).toBeCloseTo(v, 10));
  }
  return true;
}

/** Random cases of each rule: 200 in the soak, a few otherwise. */
const runs = process.env["WHITTLE_SOAK"] === "1" ? 200 : 12;

describe("every gradient rule against central differences", () => {
  for (const op of Object.keys(cases) as Differentiable[]) {
    it(op, () => {
      fc.assert(
        fc.property(cases[op] as fc.Arbitrary<Case>, fc.nat(), (c, seed) => compare(c, seed)),
        { numRuns: runs, seed: 7 },
      );
    });
  }

  it("says the same where a size is a name", () => {
    const said = (Object.keys(cases) as Differentiable[]).filter((op) =>
      fc
        .sample(cases[op] as fc.Arbitrary<Case>, { numRuns: 8, seed: 9 })
        .some((c) => c.dims[0].length > 0 && compareNamed(c, 1)),
    );
    const exceptions = (Object.keys(cases) as Differentiable[]).filter((op) => !said.includes(op));
    // Beside sizes that are numbers a name is not known to be the same, so these refuse.
    expect(exceptions).toEqual(["DequantizeLinear", "Concat", "OneHot"]);
  });

  it("leaves no operator with a rule untested", () => {
    const ruled = opNames.filter((op) => typeof gradients[op] === "function");
    expect(ruled.filter((op) => !Object.hasOwn(cases, op))).toEqual([]);
  });
});
