import type { ModelHeader } from "../model/readers/header.ts";

/** What the program around a model takes before it has loaded one byte of it. */
export interface Runtime {
  readonly name: string;
  readonly bytes: number;
  readonly source: string;
}

/** Node.js with onnxruntime-node and whittle's engine, beside a model: 88 to 104 MB were seen. */
const ENGINE_BYTES = 105e6;
/** Beyond it `whittle predict` with small packs took 25 to 33 MB. */
const WHITTLE_BYTES = 35e6;
/** Text, hash and score of a token in llama.cpp's tables. */
const BYTES_PER_WORD = 256;

/** @param packed the model lies in a pack, and whittle runs it */
export function runtimeOf({ format, architecture }: ModelHeader, packed: boolean): Runtime {
  if (format === "onnx") {
    return {
      name: packed ? "whittle and ONNX Runtime in Node.js" : "ONNX Runtime in Node.js",
      bytes: ENGINE_BYTES + (packed ? WHITTLE_BYTES : 0),
      source:
        "measured: peak resident set of Node.js 20 with onnxruntime-node 1.30, less what the model takes (Linux x64, one thread; " +
        "docs/plan.md)" +
        (packed ? "; 35 MB for whittle's own code" : ""),
    };
  }
  return {
    name: "llama.cpp",
    bytes: 32e6 + BYTES_PER_WORD * (architecture?.vocabulary ?? 0),
    source: "an allowance, not measured: 32 MB for the program and its threads, 256 bytes a word of the vocabulary",
  };
}
