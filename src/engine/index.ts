/** `whittle/engine`: the port and its doors. */
export type { Engine, LoadOptions, ModelSource, Program, ProgramPort, Resident, RunOptions } from "./port.ts";
export { onnxruntime } from "./onnxruntime/index.ts";
export type { OnnxruntimeOptions } from "./onnxruntime/index.ts";
export { oracle } from "./oracle/index.ts";
