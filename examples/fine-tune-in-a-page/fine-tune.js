/** Fine-tunes an ONNX classifier on labelled rows within the page, and offers the tuned file. */
import { onnxruntimeWeb, openTrainer } from "whittle/engine/web";
import { float32, fromOnnx, int64, toOnnx, withWeights } from "whittle/graph";

const form = document.querySelector("form");
const output = document.querySelector("output");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = new FormData(form);
  const bytes = new Uint8Array(await given.get("model").arrayBuffer());
  try {
    const tuned = await tune(bytes, await given.get("rows").text(), given.get("provider"));
    const link = Object.assign(document.createElement("a"), { download: "tuned.onnx", textContent: "tuned.onnx" });
    link.href = URL.createObjectURL(new Blob([tuned]));
    output.append(" Keep it: ", link);
  } catch (error) {
    output.textContent = error.message;
  }
});

export async function tune(bytes, text, provider) {
  const ort = await import(provider === "webgpu" ? "onnxruntime-web/webgpu" : "onnxruntime-web/wasm");
  const engine = onnxruntimeWeb(ort, { provider });
  const model = fromOnnx(bytes);
  const [input, logits] = [model.inputs[0], model.outputs[0].name];
  // A row is a label and the numbers of one input. Every fifth is held out.
  const lines = text.trim().split("\n");
  const rows = lines.map((line) => line.split(",").map(Number)).map(([label, ...x]) => ({ label, x }));
  const [held, seen] = [rows.filter((_, i) => i % 5 === 0), rows.filter((_, i) => i % 5 > 0)];
  const inputs = (part) =>
    float32(
      [part.length, ...input.dims.slice(1)],
      part.flatMap(({ x }) => x),
    );
  const labels = (part) => int64([part.length], part.map(({ label }) => label)); // prettier-ignore
  // On a device the parameters stay there from step to step, so the optimiser is part of the graph.
  const place = provider === "webgpu" ? "graph" : "beside";
  const trainer = await openTrainer(engine, model, { loss: { kind: "cross-entropy", logits }, clip: 1, place });
  const [epochs, batch] = [40, 32];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss;
    for (let at = 0; at < seen.length; at += batch) {
      const part = seen.slice(at, at + batch);
      const feeds = { [input.name]: inputs(part), labels: labels(part) };
      ({ loss } = await trainer.step(feeds, 5e-3 * (1 - epoch / epochs)));
    }
    output.textContent = `epoch ${epoch + 1} of ${epochs}: loss ${loss.toFixed(4)}`;
    await new Promise((drawn) => setTimeout(drawn));
  }
  const tuned = toOnnx(withWeights(model, await trainer.parameters()));
  const said = [];
  for (const [when, file] of Object.entries({ before: bytes, after: tuned })) {
    const { data, dims } = (await (await engine.load(file)).run({ [input.name]: inputs(held) }))[logits];
    const answers = held.map((_, i) => data.subarray(i * dims[1], (i + 1) * dims[1]));
    const right = held.filter(({ label }, i) => answers[i].indexOf(Math.max(...answers[i])) === label).length;
    said.push(`${when}: ${right} of ${held.length} rows held out are right.`);
  }
  output.textContent = said.join(" ");
  await trainer.close();
  await engine.close();
  return tuned;
}
