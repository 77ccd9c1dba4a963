import { afterAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { fromOnnx, interpret, type OpName, print, simplify, toOnnx } from "../../src/graph/index.ts";
import { uses } from "./operators.ts";

/** The oracle and the engine, two readings of one specification, side by side on every operator. */
describe("every operator means to the engine what it means to the oracle", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each(Object.keys(uses) as OpName[])("%s", async (op) => {
    const { graph, feeds } = uses[op];
    const program = await engine.load(toOnnx(graph), { thread: "here" });
    const found = await program.run(feeds);
    await program.close();
    const expected = interpret(graph, feeds);
    for (const port of graph.outputs) compare(found[port.name], expected[port.name], `${op} ${port.name}`);
    expect(print(fromOnnx(toOnnx(graph)))).toBe(print(graph));
    // What is folded into constants is what the operator gives.
    const folded = interpret(simplify(graph), feeds);
    for (const port of graph.outputs) compare(folded[port.name], expected[port.name], `${op} ${port.name}, folded`);
  });
});

function compare(found: Tensor, expected: Tensor, what: string): void {
  expect([found.type, found.dims], what).toEqual([expected.type, expected.dims]);
  const [a, b] = [found, expected].map((t) => Array.from(t.data as ArrayLike<number | bigint>, Number));
  a.forEach((v, i) => {
    const near = Math.abs(v - b[i]) <= 2e-5 * Math.max(1, Math.abs(b[i]));
    expect(near || Object.is(v, b[i]), `${what}[${i}]: ${v} and ${b[i]}`).toBe(true);
  });
}
