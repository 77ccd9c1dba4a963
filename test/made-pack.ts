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
import type { Manifest } from "../src/record/manifest.ts";
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
  const manifest: Manifest = {
    kind: "classify",
    program: { type: "onnx", part: "model.onnx" },
    inputs: [
      { encoder: "ngrams", part: "features/ngrams.bin", spec: { ...defaultNgrams, words: [1, 2], characters: [1, 4] } },
      { encoder: "tokens", part: "features/tokens.json", window: WINDOW },
    ],
    labels: Array.from({ length: LABELS }, (_, i) => `label ${i}`),
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
    recipe: { rung: "encoder", settings: {}, seed: 1 },
    precision: "fp32",
    held: false,
    bar: [],
    quality: {},
    trainedOn: { rows: 0 },
  };
  const json = (name: string, value: unknown) => ({ name, bytes: new TextEncoder().encode(canonical(value)) });
  writePack(path, [
    json("pack.json", card),
    json("model.json", manifest),
    json("sample.json", []),
    { name: "features/ngrams.bin", bytes: vocabularyOf(texts) },
    json("features/tokens.json", trainTokenizer(texts, { vocabulary: 400, lower: true }).spec),
    { name: "model.onnx", bytes: toOnnx(graph) },
  ]);
}

function vocabularyOf(texts: readonly string[]): Uint8Array {
  const reader = new GramReader(defaultNgrams);
  const prints = new Set<number>();
  for (const text of texts) {
    reader.read(text);
    for (let i = 0; i < reader.length && prints.size < FEATURES; i++) prints.add(reader.prints[i]);
  }
  const draw = random(1, "made-pack/prints");
  while (prints.size < FEATURES) prints.add(draw.u32());
  return writeVocabulary({ prints: Uint32Array.from(prints).sort(), idf: new Uint8Array(FEATURES), low: 1, step: 0 });
}
