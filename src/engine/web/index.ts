/** `whittle/engine/web`: the port and what trains through it, for pages. Nothing here asks for Node. */
export { onnxruntimeWeb, type OnnxruntimeWebOptions } from "./door.ts";
export { stateBytes, stateFrom } from "../training/saved.ts";
export { learningRate, type Schedule } from "../training/schedule.ts";
export {
  openTrainer,
  type StepResult,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
} from "../training/trainer.ts";
export type { Engine, LoadOptions, ModelSource, Program, ProgramPort, Resident, RunOptions } from "../port.ts";
