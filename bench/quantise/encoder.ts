import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor } from "../../src/base/tensor.ts";
import { calibrationOf, type Engine, type Program } from "../../src/engine/index.ts";
import { needsOf, quantise, type QuantiseSpec, toOnnx } from "../../src/graph/index.ts";
import { encoder, initial } from "../../src/model/encoder.ts";

const TOKENS = 24;
const ROUNDS = 200;
const config = {
  layers: 6,
  width: 384,
  heads: 12,
  feedForward: 1536,
  vocabulary: 8_000,
  positions: 64,
  classes: 77,
} as const;

/**
 * The encoder of 6 layers, 384 wide, fresh weights: single predictions of a text of 24 tokens on one thread. Each round asks
 * every form once, so that what else the machine does falls on all of them. The error is that of the logits against fp32,
 * relative, over texts that no rounding has seen.
 */
export async function encoderByForm(engine: Engine): Promise<void> {
  const graph = encoder(config, initial(1));
  const runs = Array.from({ length: 8 }, (_, i) => texts(`calibration ${i}`, 16));
  const seen = (spec: QuantiseSpec) => calibrationOf(engine, graph, needsOf(graph, spec), runs);
  const gptq = { to: "int4-block", rounding: "gptq" } as const;
  const ranges = { to: "int8-static" } as const;
  const forms: Readonly<Record<string, QuantiseSpec>> = {
    fp32: { to: "fp32" },
    int8: { to: "int8" },
    "int8-dynamic": { to: "int8-dynamic" },
    "int8-static": { ...ranges, calibration: await seen(ranges) },
    "int8-block of 32": { to: "int8-block" },
    "int4-block of 32": { to: "int4-block" },
    "int4-block of 32, mse": { to: "int4-block", rounding: "mse" },
    "int4-block of 32, hqq": { to: "int4-block", rounding: "hqq" },
    "int4-block of 32, gptq": { ...gptq, calibration: await seen(gptq) },
    "int4-block of 128": { to: "int4-block", block: 128 },
  };
  const whole = toOnnx(graph).length;
  const rows: { name: string; size: number; seconds: number; program: Program; times: number[]; error: number }[] = [];
  const told = texts("held out", 32);
  let exact: Float32Array | undefined;
  for (const [name, spec] of Object.entries(forms)) {
    const began = process.cpuUsage().user;
    const bytes = toOnnx(quantise(graph, spec).graph);
    const seconds = (process.cpuUsage().user - began) / 1e6;
    const program = await engine.load(bytes, { thread: "here" });
    const said = (await program.run(told)).logits.data as Float32Array;
    exact ??= said;
    rows.push({ name, size: bytes.length / whole, seconds, program, times: [], error: off(exact, said) });
  }
  const one = texts("one", 1);
  for (let round = -10; round < ROUNDS; round++) {
    for (const { program, times } of rows) {
      const began = performance.now();
      await program.run(one);
      if (round >= 0) times.push(performance.now() - began);
    }
  }
  console.log("\n| encoder of 6 layers, 384 wide | size | quantised in, s of processor | p50, ms | of fp32 | error |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  const base = median(rows[0].times);
  for (const { name, size, seconds, program, times, error } of rows) {
    const p50 = median(times);
    console.log(
      `| ${name} | ${size.toFixed(3)} | ${seconds.toFixed(1)} | ${p50.toFixed(2)} | ${(p50 / base).toFixed(2)} | ${error.toFixed(3)} |`,
    );
    await program.close();
  }
}

function texts(name: string, count: number): Record<string, Tensor> {
  const draw = random(1, name);
  const ids = Array.from({ length: count * TOKENS }, () => draw.u32() % config.vocabulary);
  return {
    ids: int64([count, TOKENS], ids),
    mask: float32([count, TOKENS], new Float32Array(count * TOKENS).fill(1)),
  };
}

function off(exact: Float32Array, said: Float32Array): number {
  let squares = 0;
  let errors = 0;
  for (let i = 0; i < exact.length; i++) {
    squares += exact[i] ** 2;
    errors += (exact[i] - said[i]) ** 2;
  }
  return Math.sqrt(errors / squares);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
