import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { random } from "../../src/base/random.ts";
import { peakResidentBytes } from "../../src/base/resident.ts";
import { float32 } from "../../src/base/tensor.ts";
import { builder, fromOnnx, quantise, toOnnx, toOnnxParts } from "../../src/graph/index.ts";
import type { Rounding } from "../../src/graph/quantise/matrix.ts";

const NARROW = 768;
const WIDE = 3072;
const ROWS = 30_000;

/**
 * node quantise.ts FILE make: writes a model of about 100 M parameters.
 * node quantise.ts FILE ROUNDING: reads it, quantises it to 4 bits and writes it; prints what that took as JSON.
 */
const [file, how] = process.argv.slice(2);
if (how === "make") writeFileSync(file, made(100e6));
else process.stdout.write(JSON.stringify(small(how as Rounding)));

function small(rounding: Rounding): Readonly<Record<string, number>> {
  const began = performance.now();
  const bytes = readFileSync(file);
  const parts = toOnnxParts(quantise(fromOnnx(bytes, { given: true }), { to: "int4-block", rounding }).graph);
  const target = `${file}.small`;
  const open = openSync(target, "w");
  let after = 0;
  for (const part of parts) after += writeSync(open, part);
  closeSync(open);
  const seconds = (performance.now() - began) / 1000;
  rmSync(target);
  return { before: bytes.length, after, seconds, cpu: process.cpuUsage().user / 1e6, peak: peakResidentBytes() };
}

/** A table and pairs of products. The weights are windows of one Gaussian sample: making each anew would take longest. */
function made(parameters: number): Uint8Array {
  const draw = random(1, "weights");
  const sample = Float32Array.from({ length: 1 << 20 }, () => 0.03 * draw.normal());
  const weights = (n: number, from: number): Float32Array => {
    const result = new Float32Array(n);
    for (let i = 0; i < n; i++) result[i] = sample[(i + from + (i >> 20) * 7919) & (sample.length - 1)];
    return result;
  };
  const b = builder("made");
  const table = b.parameter("table", float32([ROWS, NARROW], weights(ROWS * NARROW, 0)));
  let x = b.op("Gather", [table, b.input("ids", "int64", ["batch", "sequence"])]);
  const layers = Math.round((parameters - ROWS * NARROW) / (2 * WIDE * NARROW));
  for (let i = 0; i < layers; i++) {
    const up = b.parameter(`up.${i}`, float32([NARROW, WIDE], weights(WIDE * NARROW, i * 31)));
    const down = b.parameter(`down.${i}`, float32([WIDE, NARROW], weights(WIDE * NARROW, i * 37 + 5)));
    x = b.op("MatMul", [b.op("Tanh", [b.op("MatMul", [x, up])]), down]);
  }
  b.output("y", x);
  return toOnnx(b.finish());
}
