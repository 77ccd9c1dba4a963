import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "../src/base/random.ts";
import { float32 } from "../src/base/tensor.ts";
import { type Engine, onnxruntime } from "../src/engine/index.ts";
import { builder, quantise, type QuantiseSpec, toOnnx } from "../src/graph/index.ts";
import { emptyHistogram, addValues } from "../src/graph/quantise/histogram.ts";
import { momentsOf } from "../src/graph/quantise/moments.ts";
import { encoderByForm } from "./quantise/encoder.ts";

export const title = "Quantising: what it takes, and what a product takes afterwards";

export async function run(): Promise<void> {
  wholeModel();
  const engine = onnxruntime();
  await products(engine);
  await encoderByForm(engine);
  await engine.close();
}

/**
 * A made model of about 100 M parameters, read, quantised to 4 bits and written by a process of its own, and
 * made by another.
 */
function wholeModel(): void {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  const file = join(folder, "model.onnx");
  const child = join(import.meta.dirname, "processes", "quantise.ts");
  const told = (how: string): string =>
    execFileSync(process.execPath, ["--import", "tsx", child, file, how], { encoding: "utf8" });
  told("make");
  console.log("| rounding | seconds | of processor | MB before | MB after | peak memory, of the model's size |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const rounding of ["nearest", "hqq"]) {
    const { before, after, seconds, cpu, peak } = JSON.parse(told(rounding)) as Record<string, number>;
    const mb = (n: number): string => (n / 1e6).toFixed(0);
    console.log(
      `| ${rounding} | ${seconds.toFixed(1)} | ${cpu.toFixed(1)} | ${mb(before)} | ${mb(after)} | ${(peak / before).toFixed(2)} |`,
    );
  }
  rmSync(folder, { recursive: true });
}

/** One product of 384 × 1536, the widest of the small encoder, on one thread. */
async function products(engine: Engine): Promise<void> {
  const [k, n] = [384, 1536];
  const draw = random(1, "product");
  const rows = (count: number): Float32Array => Float32Array.from({ length: count * k }, () => draw.normal());
  const b = builder("product");
  const w = Float32Array.from({ length: k * n }, () => 0.05 * draw.normal());
  b.output("y", b.op("MatMul", [b.input("x", "float32", ["rows", k]), b.parameter("w", float32([k, n], w))]));
  const graph = b.finish();
  const seen = rows(64);
  const calibration = {
    histograms: new Map([["x", addValues(emptyHistogram, seen)]]),
    moments: new Map([["x", momentsOf(seen, k)]]),
  };
  const forms: Readonly<Record<string, QuantiseSpec>> = {
    fp32: { to: "fp32" },
    fp16: { to: "fp16" },
    int8: { to: "int8" },
    "int8-dynamic": { to: "int8-dynamic" },
    "int8-static": { to: "int8-static", calibration },
    "int8-block, 32": { to: "int8-block" },
    "int4-block, 32": { to: "int4-block" },
    "int4-block, 32, zero points": { to: "int4-block", zeroPoints: true },
    "int4-block, 32, gptq": { to: "int4-block", rounding: "gptq", calibration },
    "int4-block, 128": { to: "int4-block", block: 128 },
    "int4-block, 32, exact products": { to: "int4-block", accuracyLevel: 0 },
  };
  console.log("\n| 384 × 1536 | size | quantised in, s | 1 row, µs | 32 rows, µs |");
  console.log("| --- | ---: | ---: | ---: | ---: |");
  const whole = toOnnx(graph).length;
  for (const [name, spec] of Object.entries(forms)) {
    const began = performance.now();
    const bytes = toOnnx(quantise(graph, spec).graph);
    const seconds = (performance.now() - began) / 1000;
    const program = await engine.load(bytes, { thread: "here" });
    const micros: number[] = [];
    for (const count of [1, 32]) {
      const x = float32([count, k], rows(count));
      let least = Infinity;
      for (let i = 0; i < 100; i++) {
        const start = performance.now();
        await program.run({ x });
        least = Math.min(least, performance.now() - start);
      }
      micros.push(least * 1000);
    }
    await program.close();
    console.log(
      `| ${name} | ${(bytes.length / whole).toFixed(3)} | ${seconds.toFixed(2)} | ${micros[0].toFixed(0)} | ${micros[1].toFixed(0)} |`,
    );
  }
  await engine.close();
}
