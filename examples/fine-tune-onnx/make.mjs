/**
 * Makes what fine-tune.mjs works on, in the folder named (or here): digits.onnx, a small convolutional network that reads
 * dark digits on light ground, and light.csv, labelled rows that it was never shown: light digits on dark ground, slanted.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onnxruntime, openTrainer } from "whittle/engine";
import { builder, float32, int64, toOnnx, withWeights } from "whittle/graph";

const folder = process.argv[2] ?? ".";
/** Five columns by seven rows, a row in five bits. */
const font = [
  [14, 17, 19, 21, 25, 17, 14],
  [4, 12, 4, 4, 4, 4, 14],
  [14, 17, 1, 2, 4, 8, 31],
  [31, 2, 4, 2, 1, 17, 14],
  [2, 6, 10, 18, 31, 2, 2],
  [31, 16, 30, 1, 1, 17, 14],
  [6, 8, 16, 30, 17, 17, 14],
  [31, 1, 2, 4, 8, 8, 8],
  [14, 17, 17, 14, 17, 17, 14],
  [14, 17, 17, 15, 1, 2, 12],
];
const side = 12;

/** Numbers within [0, 1), the same every time (mulberry32). */
let state = 1;
function draw() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function picture(digit, light) {
  const [left, top] = [1 + Math.floor(draw() * (light ? 3 : 5)), Math.floor(draw() * 5)];
  const pixels = Array.from({ length: side * side }, () => (light ? 0.2 : 0.8) + 0.3 * (draw() - 0.5));
  font[digit].forEach((bits, row) => {
    for (let column = 0; column < 5; column++) {
      if ((bits & (16 >> column)) === 0) continue;
      const slant = light ? Math.round((6 - row) / 3) : 0;
      pixels[(top + row) * side + left + column + slant] = (light ? 0.9 : 0.1) + 0.3 * (draw() - 0.5);
    }
  });
  return pixels;
}

function rows(count, light) {
  return Array.from({ length: count }, () => {
    const digit = Math.floor(draw() * 10);
    return [digit, ...picture(digit, light)];
  });
}

function network() {
  const b = builder("digits");
  const weight = (name, dims, fan) => {
    const data = new Float32Array(dims.reduce((p, d) => p * d, 1));
    const values = data.map(() => (draw() - 0.5) * Math.sqrt(12 / fan));
    return b.parameter(name, float32(dims, values));
  };
  const zeros = (name, n) => b.parameter(name, float32([n], new Float32Array(n)));
  let x = b.input("pixels", "float32", ["batch", 1, side, side]);
  [
    [1, 8],
    [8, 16],
  ].forEach(([from, to], i) => {
    const [w, bias] = [weight(`conv${i}.weight`, [to, from, 3, 3], 9 * from), zeros(`conv${i}.bias`, to)];
    x = b.op("Relu", [b.op("Conv", [x, w, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })]);
    x = b.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
  });
  const flat = b.op("Flatten", [x]);
  b.output("logits", b.op("Gemm", [flat, weight("head.weight", [144, 10], 144), zeros("head.bias", 10)]));
  return b.finish();
}

const engine = onnxruntime();
const model = network();
const trainer = await openTrainer(engine, model, { loss: { kind: "cross-entropy", logits: "logits" }, clip: 1 });
for (let step = 0; step < 150; step++) {
  const part = rows(32, false);
  const feeds = {
    pixels: float32(
      [32, 1, side, side],
      part.flatMap(([, ...x]) => x),
    ),
    labels: int64(
      [32],
      part.map(([digit]) => digit),
    ),
    row_weights: float32([32], new Float32Array(32).fill(1)),
  };
  await trainer.step(feeds, 3e-3);
}
writeFileSync(join(folder, "digits.onnx"), toOnnx(withWeights(model, await trainer.parameters())));
const lines = rows(600, true).map(([digit, ...x]) => [digit, ...x.map((v) => v.toFixed(2))].join(","));
writeFileSync(join(folder, "light.csv"), `${lines.join("\n")}\n`);
await engine.close();
