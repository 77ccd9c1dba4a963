import { join } from "node:path";
import { writeWhole } from "../../src/base/files.ts";
import { random } from "../../src/base/random.ts";
import { tensor } from "../../src/base/tensor.ts";
import { builder, type Graph } from "../../src/graph/index.ts";
import { quantise } from "../../src/graph/quantise/quantise.ts";
import type { Form } from "../../src/graph/quantise/spec.ts";
import { toOnnxParts } from "../../src/graph/wire/write.ts";
import { type BagConfig, bagNetwork } from "../../src/model/bag.ts";
import type { EncoderConfig, ParameterSource } from "../../src/model/encoder.ts";
import { writePackOf } from "../../test/made-pack.ts";

/** Packs and programs of any size, with made weights: what they answer means nothing, what they hold does. */

export const WINDOW = 64;
const LABELS = 77;
const encoder = (vocabulary: number): EncoderConfig => ({
  layers: 6,
  width: 384,
  heads: 6,
  feedForward: 1536,
  vocabulary,
  positions: WINDOW,
  classes: LABELS,
});

/** Uniform, and fast: a normal value takes longer than all the rest of a model of a gigabyte. */
const uniform: ParameterSource = (_, dims) => {
  const data = new Float32Array(dims.reduce((n, d) => n * d, 1));
  let state = 1 + data.length;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state / 2 ** 32 - 0.5) / 10;
  }
  return tensor("float32", dims, data);
};

/** Words of random letters, `units` UTF-16 units of them: nearly every n-gram is new. */
export function madeTexts(count: number, units: number, stream = "texts"): string[] {
  const draw = random(1, `bench/${stream}`);
  return Array.from({ length: count }, () => {
    let text = "";
    while (text.length < units) {
      const letters = Array.from({ length: 2 + draw.below(7) }, () => String.fromCharCode(97 + draw.below(26)));
      text += `${text === "" ? "" : " "}${letters.join("")}`;
    }
    return text.slice(0, units);
  });
}

export interface PackModel {
  readonly features: number;
  readonly width: number;
  readonly encoded?: boolean;
  readonly form?: Form;
}

/** A pack of the bag, or of the encoder beside one, that knows the n-grams of the texts. */
export function madePack(path: string, texts: readonly string[], model: PackModel): void {
  const { features, width, encoded = false, form = "fp32" } = model;
  const config: BagConfig = {
    features,
    width,
    labels: LABELS,
    dropout: 0,
    ...(encoded ? { text: encoder(8000), textShare: 0.5 } : {}),
  };
  const graph = bytesOf(inForm(bagNetwork(config, uniform, "serving"), form));
  const window = encoded ? WINDOW : null;
  writePackOf(path, { graph, texts, features, labels: LABELS, maxTextLength: 10_000, window });
}

/** An ONNX file of products of 1024², in a form. */
export function madeProgram(path: string, products: number, form: Form): void {
  const b = builder("products");
  let x = b.input("x", "float32", ["n", 1024]);
  for (let i = 0; i < products; i++) {
    const weight = uniform("", [1024, 1024], { value: 0 });
    // Alike they would be kept once.
    weight.data[i] = 1;
    x = b.op("Relu", [b.op("MatMul", [x, b.parameter(`w${i}`, weight)])]);
  }
  b.output("y", x);
  writeWhole(path, toOnnxParts(inForm(b.finish(), form)));
}

function inForm(graph: Graph, to: Form): Graph {
  return to === "fp32" ? graph : quantise(graph, { to, otherwise: "int8" }).graph;
}

function bytesOf(graph: Graph): Uint8Array {
  return new Uint8Array(Buffer.concat(toOnnxParts(graph)));
}

export function jsonl(folder: string, texts: readonly string[]): string {
  const path = join(folder, `texts-${texts.length}.jsonl`);
  writeWhole(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  return path;
}
