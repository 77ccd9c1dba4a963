import type { ModelHeader } from "../model/readers/header.ts";

/** What the program around a model takes before it has loaded one byte of it. */
export interface Runtime {
  readonly name: string;
  readonly bytes: number;
  readonly source: string;
}

/** Text, hash and score of a token in llama.cpp's tables. */
const BYTES_PER_WORD = 256;

export function runtimeOf({ format, architecture }: ModelHeader): Runtime {
  if (format === "onnx") {
    return {
      name: "ONNX Runtime in Node.js",
      bytes: 100e6,
      source:
        "measured: resident set of Node.js 20 with onnxruntime-node 1.30 and a model loaded by its path, less the model's weights: " +
        "94 to 99 MB with models of 3 to 101 MB (Linux x64, one thread)",
    };
  }
  return {
    name: "llama.cpp",
    bytes: 32e6 + BYTES_PER_WORD * (architecture?.vocabulary ?? 0),
    source: "an allowance, not measured: 32 MB for the program and its threads, 256 bytes a word of the vocabulary",
  };
}
