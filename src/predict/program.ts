import { Fault } from "../base/fault.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Engine, Program } from "../engine/port.ts";
import { type Parts, requirePart } from "./parts.ts";
import type { OpenOptions } from "./predictor.ts";

/** The ONNX graph of a part, loaded as the predictor was opened. */
export function loadProgram(engine: Engine, parts: Parts, part: string, options: OpenOptions): Promise<Program> {
  return engine.load(requirePart(parts, part), {
    thread: options.thread ?? "worker",
    intraOpThreads: options.threads ?? 1,
    memoryLimit: options.memoryLimit,
  });
}

/** The numbers of an output, row-major; as many as `dims` hold, whatever axes of one the graph has beside them. */
export function expectFloats(name: string, output: Tensor | undefined, dims: readonly number[]): Float32Array {
  if (output?.type === "float32" && output.data.length === sizeOf(dims)) return output.data as Float32Array;
  throw new Fault("pack/graph", {
    what: `the graph's output "${name}" is not float32 [${dims.join(", ")}]`,
    why: output === undefined ? "it has no such output" : `it is ${output.type} [${output.dims.join(", ")}]`,
    remedy: "make the pack again",
  });
}
