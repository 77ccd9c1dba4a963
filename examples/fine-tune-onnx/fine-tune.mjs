/** Fine-tunes an ONNX classifier on labelled rows and writes it back: node fine-tune.mjs MODEL.onnx ROWS.csv TUNED.onnx */
import { readFileSync, writeFileSync } from "node:fs";
import { onnxruntime, openTrainer } from "whittle/engine";
import { float32, fromOnnx, int64, toOnnx, withWeights } from "whittle/graph";

const [modelFile, rowsFile, tunedFile] = process.argv.slice(2);
const model = fromOnnx(readFileSync(modelFile));
const [input, logits] = [model.inputs[0], model.outputs[0].name];
// A row is a label and the numbers of one input. Every fifth is held out.
const lines = readFileSync(rowsFile, "utf8").trim().split("\n");
const rows = lines.map((line) => line.split(",").map(Number)).map(([label, ...x]) => ({ label, x }));
const [held, seen] = [rows.filter((_, i) => i % 5 === 0), rows.filter((_, i) => i % 5 > 0)];
const inputs = (part) => float32([part.length, ...input.dims.slice(1)], part.flatMap(({ x }) => x)); // prettier-ignore
const labels = (part) => int64([part.length], part.map(({ label }) => label)); // prettier-ignore
const engine = onnxruntime();
const trainer = await openTrainer(engine, model, { loss: { kind: "cross-entropy", logits }, clip: 1 });
const [epochs, batch] = [40, 32];
for (let epoch = 0; epoch < epochs; epoch++) {
  for (let at = 0; at < seen.length; at += batch) {
    const part = seen.slice(at, at + batch);
    await trainer.step({ [input.name]: inputs(part), labels: labels(part) }, 5e-3 * (1 - epoch / epochs));
  }
}
const tuned = withWeights(model, await trainer.parameters());
writeFileSync(tunedFile, toOnnx(tuned));
for (const [when, graph] of Object.entries({ before: model, after: tuned })) {
  const { data, dims } = (await (await engine.load(toOnnx(graph))).run({ [input.name]: inputs(held) }))[logits];
  const answers = held.map((_, i) => data.subarray(i * dims[1], (i + 1) * dims[1]));
  const right = held.filter(({ label }, i) => answers[i].indexOf(Math.max(...answers[i])) === label).length;
  console.log(`${when}: ${right} of ${held.length} rows held out are right`);
}
await engine.close();
