import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor } from "../../src/base/tensor.ts";
import { onnxruntime, openTrainer } from "../../src/engine/index.ts";
import { builder, fromOnnx, type Graph, toOnnx, trainingStep } from "../../src/graph/index.ts";
import { encoder, initial } from "../../src/model/encoder.ts";
import { browse, type Browser, chromium, type Site, site } from "../browser.ts";

/**
 * Twenty steps, compiled and run in a page, against the same in Node. Skipped aloud without Chromium, and without an adapter
 * for WebGPU. That of Chromium's software is enough, but takes long to compile the many small programs of an encoder: so
 * that one is trained by WebGPU with WHITTLE_SOAK alone, and a perceptron always.
 */
const [STEPS, RATE] = [20, 1e-2];
const [rows, length] = [8, 8];
const draw = random(1, "browser");
const options = { loss: { kind: "cross-entropy", logits: "logits" }, clip: 1 } as const;

type Feeds = Readonly<Record<string, Tensor>>;
interface Case {
  readonly name: string;
  readonly provider: "wasm" | "webgpu";
  readonly model: Graph;
  readonly batches: readonly Feeds[];
}

const config = { layers: 1, width: 16, heads: 2, feedForward: 32, vocabulary: 40, positions: length, classes: 3 };
const text = { model: encoder(config, initial(1)), batches: twenty(encoded) };
const plain = { model: perceptron(), batches: twenty(numbers) };
const soak = process.env["WHITTLE_SOAK"] !== undefined;
const cases: readonly Case[] = [
  { name: "encoder-wasm", provider: "wasm", ...text },
  { name: "perceptron-webgpu", provider: "webgpu", ...plain },
  ...(soak ? [{ name: "encoder-webgpu", provider: "webgpu" as const, ...text }] : []),
];

function perceptron(): Graph {
  const fresh = initial(2);
  const weight = (name: string, dims: readonly number[]) => b.parameter(name, fresh(name, dims, { deviation: 0.3 }));
  const b = builder("perceptron");
  const hidden = b.op("Tanh", [b.op("MatMul", [b.input("x", "float32", ["batch", 6]), weight("in", [6, 16])])]);
  b.output("logits", b.op("Add", [b.op("MatMul", [hidden, weight("out", [16, 3])]), weight("bias", [3])]));
  return b.finish();
}

function twenty(make: (labels: readonly number[]) => Feeds): Feeds[] {
  return Array.from({ length: STEPS }, () => {
    const labels = Array.from({ length: rows }, () => draw.below(3));
    const row_weights = float32([rows], new Float32Array(rows).fill(1));
    return { ...make(labels), labels: int64([rows], labels), row_weights };
  });
}

/** The label is what most tokens are modulo 3. */
function encoded(labels: readonly number[]): Feeds {
  const token = (label: number): number => 3 * draw.below(13) + (draw.below(5) > 0 ? label : 0);
  const ids = labels.flatMap((label) => Array.from({ length }, () => token(label)));
  const mask = ids.map((_, i) => (i % length < 3 + ((i * 7) % 5) ? 1 : 0));
  return { ids: int64([rows, length], ids), mask: float32([rows, length], mask) };
}

function numbers(labels: readonly number[]): Feeds {
  const x = labels.flatMap((label) => Array.from({ length: 6 }, (_, i) => Number(i % 3 === label) + draw.normal() / 4));
  return { x: float32([rows, 6], x) };
}

interface Told {
  readonly missing?: string;
  readonly failed?: string;
  readonly losses: readonly number[];
  readonly parameters: readonly (readonly [string, readonly number[]])[];
  /** Inputs of the last run that lay on the device before it. */
  readonly onDevice: readonly string[];
  /** SHA-256 of the step that was compiled in the page. */
  readonly hash: readonly number[];
  readonly engine: string;
  /** Of the first step, and of one of the others. */
  readonly ms: readonly [number, number];
}

const executable = chromium();
const page = fileURLToPath(new URL("../../examples/fine-tune-in-a-page/index.html", import.meta.url));

/** On a device the parameters stay there, so the optimiser is part of the graph. */
const optionsOf = ({ provider }: Case) => ({ ...options, place: provider === "webgpu" ? "graph" : "beside" }) as const;

function taskOf(one: Case): object {
  const told = (value: Tensor): object => ({ ...value, data: Array.from(value.data as ArrayLike<unknown>, Number) });
  const all = one.batches.map((feeds) => Object.fromEntries(Object.entries(feeds).map(([n, v]) => [n, told(v)])));
  return { name: one.name, provider: one.provider, options: optionsOf(one), rate: RATE, batches: all };
}

async function inNode(one: Case) {
  const engine = onnxruntime();
  const trainer = await openTrainer(engine, one.model, optionsOf(one));
  const losses: number[] = [];
  for (const feeds of one.batches) losses.push((await trainer.step(feeds, RATE)).loss);
  const parameters = await trainer.parameters();
  await engine.close();
  return { losses, parameters };
}

describe("training in a page", () => {
  let open: Site;
  let browser: Browser | undefined;

  beforeAll(async () => {
    // The example's page, for its map of imports, with another script.
    const html = readFileSync(page, "utf8").replace("fine-tune.js", "/test/way/browser-page.js");
    const files = cases.map(({ name, model }): File => [`/${name}.onnx`, toOnnx(model)]);
    const tasks = JSON.stringify(cases.map(taskOf));
    if (soak) files.push(...madeDigits());
    open = await site({ "/page.html": html, "/tasks.json": tasks, ...Object.fromEntries(files) });
    if (executable !== undefined) browser = browse(executable, `${open.url}/page.html`);
  });
  afterAll(async () => {
    await browser?.close();
    await open.close();
  });

  /** What the page says, or the news that it will say nothing more. */
  async function heard(name: string): Promise<unknown> {
    const ended = browser?.ended.then(() => Promise.reject(new Error("the browser ended and had not told")));
    return Promise.race([open.told(name), ended]);
  }

  async function told({ name, provider }: Case, context: TestContext): Promise<Told> {
    if (executable === undefined) return skipped(context, "there is no Chromium on the PATH (nor in CHROMIUM)");
    const said = (await heard(name)) as Told;
    expect(said.failed).toBeUndefined();
    return said.missing === undefined ? said : skipped(context, `${provider}: ${said.missing}`);
  }

  it.for(cases)("comes to what Node comes to: $name", { timeout: 120_000 }, async (one, context) => {
    const { losses, parameters, hash, onDevice, engine, ms } = await told(one, context);
    const step = trainingStep(fromOnnx(toOnnx(one.model)), { ...options, optimiser: { kind: "adamw" } });
    const compiled = createHash("sha256").update(toOnnx(step.graph)).digest("hex");
    expect(Buffer.from(hash).toString("hex"), "the step compiled in the page").toBe(compiled);
    const expected = await inNode(one);
    expect(furthest(losses, expected.losses)).toBeLessThan(1e-4);
    expect(losses[STEPS - 1]).toBeLessThan(0.98 * losses[0]);
    expect(parameters.map(([name]) => name)).toEqual([...expected.parameters.keys()]);
    for (const [name, values] of parameters) {
      expect(furthest(values, expected.parameters.get(name)!.data as Float32Array), name).toBeLessThan(1e-4);
    }
    const state = one.provider === "wasm" ? [] : step.residents.map(({ input }) => input);
    expect(onDevice.toSorted(), "what lay on the device between steps").toEqual(state.toSorted());
    if (soak) process.stdout.write(`${one.name}: ${engine}, first step ${ms[0]} ms, then ${ms[1]} ms a step\n`);
  });

  it.runIf(soak)("is what the example does, on the rows of its sister", { timeout: 120_000 }, async (context) => {
    if (executable === undefined) return skipped(context, "there is no Chromium on the PATH (nor in CHROMIUM)");
    const said = (await heard("example")) as string;
    const [before, after] = [...said.matchAll(/(\d+) of 120 rows held out are right/g)].map(([, n]) => Number(n));
    expect(before).toBeLessThan(40);
    expect(after).toBeGreaterThan(100);
  });
});

type File = readonly [string, Uint8Array];

function madeDigits(): File[] {
  const folder = mkdtempSync(join(tmpdir(), "whittle-digits-"));
  const make = fileURLToPath(new URL("../../examples/fine-tune-onnx/make.mjs", import.meta.url));
  expect(spawnSync(process.execPath, [make, folder]).status).toBe(0);
  const files = ["digits.onnx", "light.csv"].map((name): File => [`/${name}`, readFileSync(join(folder, name))]);
  rmSync(folder, { recursive: true });
  return files;
}

function furthest(values: readonly number[], from: ArrayLike<number>): number {
  expect(values).toHaveLength(from.length);
  return Math.max(...values.map((value, i) => Math.abs(value - from[i])));
}

function skipped(context: TestContext, why: string): never {
  process.stderr.write(`training in a page is not tested: ${why}\n`);
  return context.skip(why);
}
