import { canonical } from "../src/base/hash.ts";
import { random } from "../src/base/random.ts";
import { tensor } from "../src/base/tensor.ts";
import { GramReader } from "../src/features/grams.ts";
import { defaultNgrams } from "../src/features/ngram.ts";
import { writeVocabulary } from "../src/features/vocabularyfile.ts";
import { toOnnx } from "../src/graph/wire/write.ts";
import { bagNetwork } from "../src/model/bag.ts";
import type { ParameterSource } from "../src/model/encoder.ts";
import { writePack } from "../src/packfile/write.ts";
import type { InputSpec, Manifest } from "../src/record/manifest.ts";
import { trainTokenizer } from "../src/text/tokenizer.ts";

/** A pack with made weights: what it answers means nothing, what it holds in memory does. */

const LABELS = 20;
const FEATURES = 4000;
const WINDOW = 64;

/** Words of random letters, `units` UTF-16 units of them. */
export function madeText(draw: ReturnType<typeof random>, units: number): string {
  let text = "";
  while (text.length < units) {
    text += `${Array.from({ length: 2 + draw.below(7) }, () => String.fromCharCode(97 + draw.below(26))).join("")} `;
  }
  return text.slice(0, units);
}

/** An encoder beside a bag of n-grams, whose runs take more memory the longer a text is. */
export function writeMadePack(path: string, maxTextLength: number): void {
  const draw = random(1, "made-pack");
  const texts = Array.from({ length: 30 }, () => madeText(draw, 200));
  const weights: ParameterSource = (_, dims) => {
    const data = new Float32Array(dims.reduce((n, d) => n * d, 1));
    for (let i = 0; i < data.length; i++) data[i] = (draw.uniform() - 0.5) / 10;
    return tensor("float32", dims, data);
  };
  const text = {
    layers: 2,
    width: 64,
    heads: 2,
    feedForward: 256,
    vocabulary: 400,
    positions: WINDOW,
    classes: LABELS,
  };
  const graph = bagNetwork(
    { features: FEATURES, width: 32, labels: LABELS, dropout: 0, text, textShare: 0.5 },
    weights,
    "serving",
  );
  writePackOf(path, { graph: toOnnx(graph), texts, features: FEATURES, labels: LABELS, maxTextLength, window: WINDOW });
}

export interface PackOf {
  /** Of a bag, or of an encoder beside one. */
  readonly graph: Uint8Array;
  /** Their n-grams are the first of the vocabulary; the first thirty train the tokenizer. */
  readonly texts: readonly string[];
  readonly features: number;
  readonly labels: number;
  readonly maxTextLength: number;
  /** Tokens that the encoder reads at once; null for a bag alone. */
  readonly window: number | null;
}

/** A pack around a graph: a vocabulary of the size asked for, and a card that says nothing. */
export function writePackOf(path: string, { graph, texts, features, labels, maxTextLength, window }: PackOf): void {
  const spec = { ...defaultNgrams, words: [1, 2] as [number, number], characters: [1, 4] as [number, number] };
  const inputs: InputSpec[] = [{ encoder: "ngrams", part: "features/ngrams.bin", spec }];
  if (window !== null) inputs.push({ encoder: "tokens", part: "features/tokens.json", window });
  const manifest: Manifest = {
    kind: "classify",
    program: { type: "onnx", part: "model.onnx" },
    inputs,
    labels: Array.from({ length: labels }, (_, i) => `label ${i}`),
    temperature: 1,
    scopeThreshold: null,
    maxTextLength,
  };
  const card = {
    format: 1,
    whittle: "0.0.0",
    engine: "made",
    task: { name: "made", kind: "classify", about: "", columns: { text: "text", label: "label" } },
    labels: Object.fromEntries(manifest.labels.map((label) => [label, ""])),
    recipe: { rung: window === null ? "bag" : "encoder", settings: {}, seed: 1 },
    precision: "fp32",
    held: false,
    bar: [],
    quality: {},
    trainedOn: { rows: 0 },
  };
  const json = (name: string, value: unknown) => ({ name, bytes: new TextEncoder().encode(canonical(value)) });
  const tokenizer = (): unknown => trainTokenizer(texts.slice(0, 30), { vocabulary: 400, lower: true }).spec;
  writePack(path, [
    json("pack.json", card),
    json("model.json", manifest),
    json("sample.json", []),
    { name: "features/ngrams.bin", bytes: vocabularyOf(texts, features) },
    ...(window === null ? [] : [json("features/tokens.json", tokenizer())]),
    { name: "model.onnx", bytes: graph },
  ]);
}

/** Prints of the texts first, then any. */
function vocabularyOf(texts: readonly string[], features: number): Uint8Array {
  const reader = new GramReader(defaultNgrams);
  const prints = new Set<number>();
  for (const text of texts) {
    reader.read(text);
    for (let i = 0; i < reader.length && prints.size < features; i++) prints.add(reader.prints[i]);
  }
  const draw = random(1, "made-pack/prints");
  while (prints.size < features) prints.add(draw.u32());
  return writeVocabulary({ prints: Uint32Array.from(prints).sort(), idf: new Uint8Array(features), low: 1, step: 0 });
}
