/** `whittle/engine`: the port and its doors. */
export type { Engine, LoadOptions, ModelSource, Program, ProgramPort, Resident, RunOptions } from "./port.ts";
export { onnxruntime } from "./onnxruntime/index.ts";
export type { OnnxruntimeOptions } from "./onnxruntime/index.ts";
export { oracle } from "./oracle/index.ts";
export { learningRate, type Schedule } from "./training/schedule.ts";
export { calibrationOf, type CalibrationOptions } from "./calibration.ts";
export { openTrainer } from "./training/trainer.ts";
export type { StepResult, Trainer, TrainerOptions, TrainerState } from "./training/trainer.ts";
export { readState, saveState } from "./training/saved-file.ts";
