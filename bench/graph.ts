import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { float32, int64 } from "../src/base/tensor.ts";
import type { Tensor } from "../src/base/tensor.ts";
import { onnxruntime, openTrainer } from "../src/engine/index.ts";
import type { Engine, Program } from "../src/engine/index.ts";
import { builder, toOnnx, trainingStep } from "../src/graph/index.ts";
import { encoder, initial, nonEmbeddingParameters } from "../src/model/encoder.ts";
import { adapterSteps } from "./graph/adapters.ts";
import { compileTimes } from "./graph/compile.ts";
import { memoryOfSteps } from "./graph/memory.ts";

export const title = "Training step of an encoder, against the engine's own matrix product";

const threads = 2;
const [batch, length, rounds] = [32, 64, 7];
const config = {
  layers: 6,
  width: 384,
  heads: 12,
  feedForward: 1536,
  vocabulary: 2048,
  positions: length,
  classes: 77,
} as const;

/**
 * Interleaved: each round times the matrix product, a step without and with the optimiser, and a step of PyTorch, so that
 * whatever else the machine does falls on all of them. Speed counts 6 · parameters outside the embeddings · tokens. Without
 * an optimiser, clipping is the global norm and its factor; the factor is multiplied in by the update.
 */
export async function run(): Promise<void> {
  compileTimes();
  const engine = onnxruntime();
  const model = encoder(config, initial(1));
  const work = 6 * nonEmbeddingParameters(model) * batch * length;
  const loss = { loss: { kind: "cross-entropy", logits: "logits" }, clip: 1 } as const;
  const step = trainingStep(model, { ...loss, optimiser: "gradients" });
  const gradients = await engine.load(toOnnx(step.graph), { thread: "here", intraOpThreads: threads });
  const parameters = Object.fromEntries(step.residents.map(({ input, value }) => [input, value]));
  const beside = await openTrainer(engine, model, { ...loss, threads });
  const inGraph = await openTrainer(engine, model, { ...loss, threads, place: "graph" });
  const product = await productProgram(engine);
  const operands = { a: filled([1024, 1024]), b: filled([1024, 1024]) };
  const peer = await openPeer();

  const times = new Map<string, number[]>();
  const note = (name: string, ms: number): void => void times.set(name, [...(times.get(name) ?? []), ms]);
  for (let round = -1; round < rounds; round++) {
    if (round === 0) times.clear(); // The round before has warmed up.
    note("product", await medianOf(5, () => product.run(operands)));
    note("gradients", await timed(() => gradients.run({ ...feeds, ...parameters })));
    note("beside", await timed(() => beside.step(feeds, 1e-4)));
    note("graph", await timed(() => inGraph.step(feeds, 1e-4)));
    note("product", await medianOf(5, () => product.run(operands)));
    const torch = await peer?.step();
    if (torch === undefined) continue;
    note("torch", torch.clipped);
    note("torch whole", torch.clipped + torch.update);
  }
  peer?.end();
  await adapterSteps(engine, model, feeds);
  await engine.close();

  const ms = (name: string): number => median(times.get(name) ?? []);
  const rate = (2 * 1024 ** 3) / ms("product") / 1e6;
  const row = (text: string, name: string, target?: number): void => {
    const ratio = work / ms(name) / 1e6 / rate;
    const wanted = target === undefined ? "" : `  (wanted: ${target})`;
    console.log(`  ${text.padEnd(46)} ${ms(name).toFixed(0).padStart(6)} ms   ratio ${ratio.toFixed(3)}${wanted}`);
  };
  console.log(`  product of 1024³: ${ms("product").toFixed(1)} ms, ${rate.toFixed(0)} GFLOP/s; ${threads} threads`);
  row("forward, loss, backward, clip", "gradients", 0.92);
  row("the same with AdamW beside the engine", "beside", 0.82);
  row("the same with AdamW in the graph", "graph");
  await memoryOfSteps();
  if (peer === undefined) return;
  row(`PyTorch ${peer.version}, without optimiser`, "torch");
  row(`PyTorch ${peer.version}, with AdamW`, "torch whole");
  const [without, whole] = [ms("torch") / ms("gradients"), ms("torch whole") / ms("beside")];
  console.log(
    `  times as fast as PyTorch: ${without.toFixed(2)} without and ${whole.toFixed(2)} with the optimiser  (wanted: above 1)`,
  );
}

const feeds = {
  ids: int64(
    [batch, length],
    Array.from({ length: batch * length }, (_, i) => (i * 7919) % config.vocabulary),
  ),
  mask: float32([batch, length], new Float32Array(batch * length).fill(1)),
  labels: int64(
    [batch],
    Array.from({ length: batch }, (_, i) => i % config.classes),
  ),
  row_weights: float32([batch], new Float32Array(batch).fill(1)),
};

function filled(dims: readonly number[]): Tensor {
  const n = dims.reduce((a, b) => a * b, 1);
  return float32(
    dims,
    Float32Array.from({ length: n }, (_, i) => Math.sin(i)),
  );
}

async function productProgram(engine: Engine): Promise<Program> {
  const b = builder("product");
  const [p, q] = ["a", "b"].map((name) => b.input(name, "float32", [1024, 1024]));
  b.output("y", b.op("MatMul", [p, q]));
  return engine.load(toOnnx(b.finish()), { thread: "here", intraOpThreads: threads });
}

interface Peer {
  readonly version: string;
  /** Milliseconds up to the clipping, and of the update. */
  step(): Promise<{ clipped: number; update: number }>;
  end(): void;
}

/** PyTorch in a process of its own, waiting between steps; undefined, said aloud, where it is not installed. */
async function openPeer(): Promise<Peer | undefined> {
  const script = fileURLToPath(new URL("peers/torch_step.py", import.meta.url));
  const child = spawn("/usr/bin/python3", [script, String(threads)], { stdio: ["pipe", "pipe", "ignore"] });
  const failed = new Promise<undefined>((resolve) => child.once("error", () => resolve(undefined)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<string | undefined> => {
    const next = await Promise.race([lines.next(), failed]);
    return next?.done === false ? next.value : undefined;
  };
  const version = await read();
  if (version === undefined) {
    console.log("  PyTorch is not installed (apt-get install python3-torch): skipped");
    return undefined;
  }
  return {
    version,
    async step() {
      child.stdin.write("step\n");
      const [clipped, update] = ((await read()) ?? "").split(" ").map(Number);
      return { clipped, update };
    },
    end: () => void child.stdin.end(),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function medianOf(n: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < n; i++) all.push(await timed(work));
  return median(all);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
