/** What browser.test.ts has a page do: steps of training through each provider, told to the server that sent the page. */
import { tune } from "/examples/fine-tune-in-a-page/fine-tune.js";
import { onnxruntimeWeb, openTrainer } from "whittle/engine/web";
import { fromOnnx, tensor, toOnnx, trainingStep } from "whittle/graph";

const numbers = { float32: Float32Array, int64: BigInt64Array };
const tensorOf = ({ type, dims, data }) =>
  tensor(type, dims, numbers[type].from(data, type === "int64" ? BigInt : Number));

/** The runtime, with a record of which inputs of the latest run lay on the device already. */
function watched(ort, seen) {
  const create = async (...given) => {
    const session = await ort.InferenceSession.create(...given);
    const run = session.run.bind(session);
    session.run = (feeds, fetches) => {
      seen.onDevice = Object.keys(feeds).filter((name) => feeds[name].location === "gpu-buffer");
      return run(feeds, fetches);
    };
    return session;
  };
  return { Tensor: ort.Tensor, env: ort.env, InferenceSession: { create } };
}

async function train({ name, provider, options, batches, rate }) {
  if (provider === "webgpu" && !(await navigator.gpu?.requestAdapter())) return { missing: "no adapter" };
  const ort = await import(`onnxruntime-web/${provider}`);
  ort.env.wasm.numThreads = 1;
  const seen = {};
  const engine = onnxruntimeWeb(watched(ort, seen), { provider });
  const model = fromOnnx(new Uint8Array(await (await fetch(`/${name}.onnx`)).arrayBuffer()));
  const step = toOnnx(trainingStep(model, { ...options, optimiser: { kind: "adamw" } }).graph);
  const trainer = await openTrainer(engine, model, options);
  const losses = [];
  const at = [performance.now()];
  for (const batch of batches) {
    const feeds = Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, tensorOf(value)]));
    losses.push((await trainer.step(feeds, rate)).loss);
    at.push(performance.now());
  }
  const { onDevice } = seen;
  const ms = [at[1] - at[0], (at[at.length - 1] - at[1]) / (at.length - 2)].map(Math.round);
  const parameters = [...(await trainer.parameters())].map(([name, { data }]) => [name, Array.from(data)]);
  await engine.close();
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", step)));
  return { losses, parameters, onDevice, hash, engine: `${engine.name} ${engine.version}`, ms };
}

for (const task of await (await fetch("/tasks.json")).json()) {
  const told = await train(task).catch((error) => ({ failed: `${error.message}: ${error.why}` }));
  await fetch(`/told/${task.name}`, { method: "POST", body: JSON.stringify(told) });
}

const digits = await fetch("/digits.onnx");
if (digits.ok) {
  const rows = await (await fetch("/light.csv")).text();
  await tune(new Uint8Array(await digits.arrayBuffer()), rows, "wasm");
  const said = document.querySelector("output").textContent;
  await fetch("/told/example", { method: "POST", body: JSON.stringify(said) });
}
