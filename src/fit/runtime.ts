import type { ModelHeader } from "../model/readers/header.ts";

/** What the program around a model takes before it has loaded one byte of it. */
export interface Runtime {
  readonly name: string;
  readonly bytes: number;
  /** What its allocator holds back of the memory that loading went through, as a share of the weights. */
  readonly keeps: number;
  readonly source: string;
}

/** Text, hash and score of a token in llama.cpp's tables. */
const BYTES_PER_WORD = 256;

export function runtimeOf({ format, architecture }: ModelHeader): Runtime {
  if (format === "onnx") {
    return {
      name: "ONNX Runtime in Node.js",
      bytes: 98e6,
      keeps: 0.4,
      source:
        "measured: resident set of Node.js 20 with onnxruntime-node 1.30 and a model loaded by its path, less the model's weights, " +
        "94 to 107 MB with models of 3 to 50 MB; with larger ones up to 0.36 of the weights more, kept by the allocator " +
        "(Linux x64, one thread; docs/plan.md)",
    };
  }
  return {
    name: "llama.cpp",
    keeps: 0,
    bytes: 32e6 + BYTES_PER_WORD * (architecture?.vocabulary ?? 0),
    source: "an allowance, not measured: 32 MB for the program and its threads, 256 bytes a word of the vocabulary",
  };
}
