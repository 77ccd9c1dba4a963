import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evenly } from "../../src/base/evenly.ts";
import { random } from "../../src/base/random.ts";
import { float32, type Tensor, tensor } from "../../src/base/tensor.ts";
import { fromOnnx, type Graph } from "../../src/graph/index.ts";
import type { Feeds } from "../../src/learn/heal/tables.ts";
import { featuresOf, findFiles, type FoundFile } from "../magika/files.ts";
import { madePicture } from "../magika/pictures.ts";
import { root, shared, type Tried } from "./tried.ts";

const EPOCHS = 3;

function read(path: string): Graph | undefined {
  const whole = join(shared, "models", path);
  return existsSync(whole) ? fromOnnx(new Uint8Array(readFileSync(whole))) : undefined;
}

/** So many after one another; what does not fill the last is left out. */
function pieces<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.floor(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function learnedOf<T>(
  all: readonly T[],
  size: number,
  feeds: (few: readonly T[]) => Feeds,
): Pick<Tried, "learned" | "inputs"> {
  const batches = pieces(all, size);
  return { learned: batches.map(feeds), inputs: size * batches.length };
}

/** Of eight files that are found one is learned from, or more; of the others some are judged. */
function onFiles(path: string, ends: number, eighths = 1): Tried | undefined {
  const parent = read(path);
  if (parent === undefined) return undefined;
  const found = findFiles(["/usr", join(root, "node_modules"), shared]);
  const feeds = (files: readonly FoundFile[]): Feeds => {
    const bytes = new Int32Array(files.length * 2 * ends);
    files.forEach((file, k) => bytes.set(featuresOf(file.path, file.size, ends), k * 2 * ends));
    return { bytes: tensor("int32", [files.length, 2 * ends], bytes) };
  };
  const learned = random(1, "learned").shuffle(found.filter((_, i) => i % 8 < eighths));
  const others = found.filter((_, i) => i % 8 >= eighths);
  return {
    parent,
    ...learnedOf(learned, 8, feeds),
    judged: evenly(others, 400).map((file) => feeds([file])),
    output: "target_label",
    holds: "probabilities",
    epochs: EPOCHS,
  };
}

export const magika = (): Tried | undefined => onFiles("magika/standard_v3_3/model.onnx", 1024);
export const magikaFast = (): Tried | undefined => onFiles("magika/fast_v2_1/model.onnx", 512);
export const magikaFastMore = (): Tried | undefined => onFiles("magika/fast_v2_1/model.onnx", 512, 3);

/** Photographs are not at hand: pictures are drawn, of smooth shades, stripes and discs. */
export function squeezenet(): Tried | undefined {
  const parent = read("squeezenet-fp16/derived/SqueezeNet_fp32_dynbatch.onnx");
  if (parent === undefined) return undefined;
  const pictures = (name: string, n: number): Tensor<"float32">[] =>
    Array.from({ length: n }, (_, i) => madePicture(random(i, name)));
  return {
    parent,
    ...learnedOf(pictures("seen", 48), 4, (few) => ({ data_0: stacked(few) })),
    judged: pictures("judged", 64).map((data_0) => ({ data_0 })),
    output: "softmaxout_1",
    holds: "probabilities",
    epochs: EPOCHS,
  };
}

function stacked(pictures: readonly Tensor<"float32">[]): Tensor<"float32"> {
  const [{ dims, data }] = pictures;
  const all = new Float32Array(pictures.length * data.length);
  pictures.forEach((p, i) => all.set(p.data, i * data.length));
  return float32([pictures.length, ...dims.slice(1)], all);
}

/** Bytes of questions one after another; the two outputs of a byte are the logits of a word's and of a sentence's end. */
export function nnsplit(): Tried | undefined {
  const parent = read("nnsplit/en/model.onnx");
  const texts = join(shared, "data/banking77/train.jsonl");
  if (parent === undefined || !existsSync(texts)) return undefined;
  const lines = readFileSync(texts, "utf8")
    .split("\n")
    .slice(0, 4000)
    .filter((line) => line !== "");
  const text = lines.map((line) => (JSON.parse(line) as { text: string }).text).join(" ");
  const size = 240;
  const all = pieces([...new TextEncoder().encode(text)], size);
  const feeds = (few: readonly number[][]): Feeds => ({
    input: tensor("uint8", [few.length, size], Uint8Array.from(few.flat())),
  });
  const learned = random(1, "learned").shuffle(all.filter((_, i) => i % 3 === 0));
  const others = all.filter((_, i) => i % 3 !== 0);
  return {
    parent,
    ...learnedOf(learned.slice(0, 320), 8, feeds),
    judged: evenly(others, 240).map((piece) => feeds([piece])),
    output: "output",
    holds: "truths",
    epochs: EPOCHS,
  };
}
