import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evenly } from "../src/base/evenly.ts";
import { random } from "../src/base/random.ts";
import { float32, int64, type Tensor, tensor } from "../src/base/tensor.ts";
import { calibrationOf, onnxruntime } from "../src/engine/index.ts";
import { fromOnnx, type Graph, needsOf, quantise, type QuantiseSpec, toOnnx } from "../src/graph/index.ts";
import { encoder, initial } from "../src/model/encoder.ts";
import { isKnown } from "../src/stats/estimate.ts";
import { wilson } from "../src/stats/interval/wilson.ts";
import { kl } from "../src/workbench/quantise/judge.ts";
import { featuresOf, findFiles } from "./magika/files.ts";
import { madePicture } from "./magika/pictures.ts";

export const title = "Rounding to 4 bits: how far answers move on inputs that no rounding has seen";

type Feeds = Readonly<Record<string, Tensor>>;

interface Tried {
  readonly name: string;
  readonly graph: Graph;
  readonly seen: readonly Feeds[];
  readonly judged: readonly Feeds[];
  /** One distribution after another, of `width` chances each. */
  readonly width: number;
  readonly said: (results: Readonly<Record<string, Tensor>>) => Float64Array;
}

const root = join(import.meta.dirname, "..");
const shared = process.env["WHITTLE_SHARED"] ?? join(root, "../shared");
const engine = onnxruntime();
const roundings = ["nearest", "mse", "hqq", "gptq"] as const;

export async function run(): Promise<void> {
  const asked = process.env["WHITTLE_MODELS"]?.split(",");
  const tried = { magika, fast, squeezenet, nnsplit, made };
  console.log("| model | size | judged | nearest | mse | hqq | gptq | gptq closer than nearest on |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const [name, make] of Object.entries(tried)) {
    if (asked !== undefined && !asked.includes(name)) continue;
    const model = make();
    if (model === undefined) console.log(`| ${name} | skipped: not in ${shared} |`);
    else await table(model);
  }
  await engine.close();
}

async function table({ name, graph, seen, judged, width, said }: Tried): Promise<void> {
  const parent = await saidBy(graph, judged, said);
  const spec: QuantiseSpec = { to: "int4-block", rounding: "gptq" };
  const calibration = await calibrationOf(engine, graph, needsOf(graph, spec), seen);
  const whole = toOnnx(graph).length;
  const cells: string[] = [];
  const each: Record<string, number[]> = {};
  let size = 0;
  for (const rounding of roundings) {
    const child = quantise(graph, { ...spec, rounding, calibration }).graph;
    size = toOnnx(child).length / whole;
    const answers = await saidBy(child, judged, said);
    each[rounding] = answers.map((q, i) => divergence(parent[i], q, width));
    cells.push(mean(each[rounding]).toExponential(2));
  }
  const closer = wilson(each["gptq"].filter((d, i) => d < each["nearest"][i]).length, judged.length);
  const told = isKnown(closer) ? [closer.value, closer.low, closer.high].map((x) => x.toFixed(2)) : [];
  console.log(
    `| ${name} | ${size.toFixed(3)} | ${judged.length} | ${cells.join(" | ")} | ${told[0]} [${told[1]}, ${told[2]}] |`,
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The mean over an input's distributions. */
function divergence(p: Float64Array, q: Float64Array, width: number): number {
  let sum = 0;
  for (let at = 0; at < p.length; at += width) sum += kl(p.subarray(at, at + width), q.subarray(at, at + width));
  return sum / (p.length / width);
}

async function saidBy(graph: Graph, inputs: readonly Feeds[], said: Tried["said"]): Promise<Float64Array[]> {
  const program = await engine.load(toOnnx(graph), { thread: "here" });
  const all: Float64Array[] = [];
  for (const feeds of inputs) all.push(said(await program.run(feeds)));
  await program.close();
  return all;
}

const probabilities = (output: string) => (results: Readonly<Record<string, Tensor>>) =>
  Float64Array.from(results[output].data as Float32Array);

function read(path: string): Graph | undefined {
  const whole = join(shared, "models", path);
  return existsSync(whole) ? fromOnnx(new Uint8Array(readFileSync(whole))) : undefined;
}

function onFiles(name: string, path: string, ends: number): Tried | undefined {
  const graph = read(path);
  if (graph === undefined) return undefined;
  const found = findFiles(["/usr", join(root, "node_modules"), shared]);
  const feeds = ({ path: file, size }: (typeof found)[number]): Feeds => ({
    bytes: tensor("int32", [1, 2 * ends], featuresOf(file, size, ends)),
  });
  const seen = evenly(
    found.filter((_, i) => i % 8 === 0),
    128,
  ).map(feeds);
  const judged = evenly(
    found.filter((_, i) => i % 8 !== 0),
    400,
  ).map(feeds);
  return { name, graph, seen, judged, width: graph.outputs[0].dims[1] as number, said: probabilities("target_label") };
}

const magika = (): Tried | undefined => onFiles("Magika standard_v3_3, files", "magika/standard_v3_3/model.onnx", 1024);
const fast = (): Tried | undefined => onFiles("Magika fast_v2_1, files", "magika/fast_v2_1/model.onnx", 512);

/** Photographs are not at hand: pictures are drawn, of smooth shades, stripes and discs. */
function squeezenet(): Tried | undefined {
  const graph = read("squeezenet-fp16/derived/SqueezeNet_fp32_dynbatch.onnx");
  if (graph === undefined) return undefined;
  const pictures = (name: string, n: number): Feeds[] =>
    Array.from({ length: n }, (_, i) => ({ data_0: madePicture(random(i, name)) }));
  const [seen, judged] = [pictures("seen", 48), pictures("judged", 64)];
  return { name: "SqueezeNet, drawn pictures", graph, seen, judged, width: 1000, said: probabilities("softmaxout_1") };
}

/** Bytes of questions one after another; the two outputs of a byte are the chances of a word's and of a sentence's end. */
function nnsplit(): Tried | undefined {
  const graph = read("nnsplit/en/model.onnx");
  if (graph === undefined) return undefined;
  const texts = join(shared, "data/banking77/train.jsonl");
  if (!existsSync(texts)) return undefined;
  const lines = readFileSync(texts, "utf8")
    .split("\n")
    .slice(0, 1000)
    .filter((line) => line !== "");
  const text = lines.map((line) => (JSON.parse(line) as { text: string }).text).join(" ");
  const bytes = new TextEncoder().encode(text);
  const size = 240;
  const pieces = Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => ({
    input: tensor("uint8", [1, size], bytes.slice(i * size, (i + 1) * size)),
  }));
  const chances = ({ output }: Readonly<Record<string, Tensor>>): Float64Array => {
    const logits = output.data as Float32Array;
    return Float64Array.from({ length: 2 * logits.length }, (_, i) => {
      const x = i % 2 === 0 ? logits[i >> 1] : -logits[i >> 1];
      return 1 / (1 + Math.exp(-x));
    });
  };
  const seen = evenly(
    pieces.filter((_, i) => i % 3 === 0),
    48,
  );
  const judged = evenly(
    pieces.filter((_, i) => i % 3 !== 0),
    120,
  );
  return { name: "nnsplit en, questions", graph, seen, judged, width: 2, said: chances };
}

/** The encoder as it begins: fresh weights, texts of a made language with words of Zipf's frequencies. */
function made(): Tried {
  const config = { layers: 2, width: 128, heads: 4, feedForward: 512, vocabulary: 2000, positions: 64, classes: 20 };
  const texts = (name: string, n: number): Feeds[] =>
    Array.from({ length: n }, (_, i) => {
      const draw = random(i, name);
      const ids = Array.from({ length: 24 }, () => Math.floor(2000 ** draw.uniform()));
      return { ids: int64([1, 24], ids), mask: float32([1, 24], new Array<number>(24).fill(1)) };
    });
  const said = ({ logits }: Readonly<Record<string, Tensor>>): Float64Array => {
    const values = Float64Array.from(logits.data as Float32Array, Math.exp);
    const sum = values.reduce((a, b) => a + b, 0);
    return values.map((v) => v / sum);
  };
  const [seen, judged] = [texts("seen", 128), texts("judged", 400)];
  return { name: "encoder 2 × 128, fresh", graph: encoder(config, initial(1)), seen, judged, width: 20, said };
}
