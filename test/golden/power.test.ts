import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { float32 } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { builder, toOnnx } from "../../src/graph/index.ts";
import { oneLessPower } from "../../src/graph/training/power.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

it.each([0, 0.5, 0.9, 0.98, 0.999, 0.99999])("is 1 − βᵗ to 1e-6 in single precision, β %d", async (beta) => {
  const b = builder("power");
  b.output("y", b.op("Identity", [oneLessPower(b, beta, b.input("t", "float32", []))]));
  const program = await engine.load(toOnnx(b.finish()), { thread: "here" });
  const holds = async (t: number): Promise<void> => {
    const { y } = await program.run({ t: float32([], [t]) });
    const exact = -Math.expm1(t * Math.log(beta));
    expect(Math.abs(Number(y.data[0]) / exact - 1)).toBeLessThan(1e-6);
  };
  await holds(1);
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), holds));
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_000 }), holds));
});
