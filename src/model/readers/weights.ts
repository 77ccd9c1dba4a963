import { statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../base/fault.ts";
import { diskFault } from "../../base/files.ts";
import { float32, type Tensor, viewAs } from "../../base/tensor.ts";
import { fromHalf } from "../../graph/half.ts";
import { placedTensors } from "./safetensors.ts";
import { weightFiles } from "./safetensors-folder.ts";
import { fileSource } from "./source.ts";

/**
 * The weights of a safetensors file, or of a folder of them, by name, in single precision: halves and bfloat16 are widened,
 * which loses nothing. Takes the memory of the weights and of one tensor more.
 */
export function readWeights(path: string): Map<string, Tensor<"float32">> {
  const weights = new Map<string, Tensor<"float32">>();
  for (const file of filesAt(path)) {
    const source = fileSource(file);
    try {
      for (const { info, dtype, at } of placedTensors(source)) {
        const widen = singles[dtype];
        if (widen === undefined) {
          throw new Fault("model/format", {
            what: `the weight "${info.name}" is of type ${dtype}`,
            where: file,
            why: "F32, F16 and BF16 are read as numbers here",
            remedy: "save the model in one of these",
          });
        }
        weights.set(info.name, float32(info.dims, widen(source.read(at, info.bytes))));
      }
    } finally {
      source.close();
    }
  }
  return weights;
}

function filesAt(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (cause) {
    throw diskFault(cause, "read", path);
  }
  return weightFiles(path).map((name) => join(path, name));
}

const singles: Readonly<Record<string, ((bytes: Uint8Array) => Float32Array) | undefined>> = {
  F32: (bytes) => viewAs("float32", bytes),
  F16: (bytes) => Float32Array.from(viewAs("float16", bytes), fromHalf),
  // A bfloat16 is the upper half of a single.
  BF16: (bytes) => new Float32Array(Uint32Array.from(viewAs("float16", bytes), (word) => word * 65_536).buffer),
};
