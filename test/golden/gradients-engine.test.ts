import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, type Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { builder, check, gradient, interpret, toOnnx } from "../../src/graph/index.ts";
import { cases, type Differentiable } from "./gradient-cases.ts";

/** What a rule writes is run by the engine too, and gives there what it gives in double precision. */
describe("the engine runs every gradient rule", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each(Object.keys(cases) as Differentiable[])("%s", async (op) => {
    for (const [k, c] of fc.sample(cases[op], { numRuns: 3, seed: 21 }).entries()) {
      const draw = random(k, "engine");
      const feeds: Record<string, Tensor> = {};
      const b = builder("case");
      const xs = c.dims.map((dims, i) => {
        const n = dims.reduce((p, d) => p * d, 1);
        const own = c.draw ?? ((v: number) => v);
        feeds[`x${i}`] = float32(
          dims,
          Array.from({ length: n }, (_, at) => own(draw.normal(), at)),
        );
        return b.input(`x${i}`, "float32", dims);
      });
      const made = c.make(b, xs);
      const y = made.type === "float32" ? made : b.op("Cast", [made], { to: "float32" });
      const loss = b.op("ReduceSum", [b.op("Sin", [y])], { keepdims: 0 });
      gradient(b, loss, xs).forEach((g, i) => b.output(`g${i}`, g));
      const graph = check(b.finish());
      const program = await engine.load(toOnnx(graph), { thread: "here" });
      const found = await program.run(feeds).finally(() => program.close());
      for (const [name, expected] of Object.entries(interpret(graph, feeds))) {
        expect(found[name].dims).toEqual(expected.dims);
        const values = expected.data as Float32Array;
        const largest = Math.max(1, ...Array.from(values, Math.abs));
        values.forEach((v, i) =>
          expect(Math.abs((found[name].data as Float32Array)[i] - v)).toBeLessThan(1e-4 * largest),
        );
      }
    }
  });
});
