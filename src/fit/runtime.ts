import type { ModelHeader } from "../model/readers/header.ts";

/** What the program around a model takes before it has loaded one byte of it. */
export interface Runtime {
  readonly name: string;
  readonly bytes: number;
  /** What its allocator holds back of the memory that loading went through, as a share of the weights. */
  readonly keeps: number;
  readonly source: string;
}

/** Beyond the bare runtime, `whittle predict` with packs of 0.4 and 2.9 MB took 29 and 31 MB. */
const WHITTLE_BYTES = 34e6;
/** Text, hash and score of a token in llama.cpp's tables. */
const BYTES_PER_WORD = 256;

/** @param packed the model lies in a pack, and whittle runs it */
export function runtimeOf({ format, architecture }: ModelHeader, packed: boolean): Runtime {
  if (format === "onnx") {
    return {
      name: packed ? "whittle and ONNX Runtime in Node.js" : "ONNX Runtime in Node.js",
      bytes: 98e6 + (packed ? WHITTLE_BYTES : 0),
      keeps: 0.4,
      source:
        "measured: resident set of Node.js 20 with onnxruntime-node 1.30 and a model loaded by its path, less the model's weights, " +
        "94 to 107 MB with models of 3 to 50 MB; with larger ones up to 0.36 of the weights more, kept by the allocator " +
        "(Linux x64, one thread; docs/plan.md)" +
        (packed ? "; 34 MB for whittle's own code and its worker" : ""),
    };
  }
  return {
    name: "llama.cpp",
    keeps: 0,
    bytes: 32e6 + BYTES_PER_WORD * (architecture?.vocabulary ?? 0),
    source: "an allowance, not measured: 32 MB for the program and its threads, 256 bytes a word of the vocabulary",
  };
}
