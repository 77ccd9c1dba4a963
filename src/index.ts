/** The library's door: open a pack, predict. */
export { open } from "./workbench/open.ts";
export { Fault, type FaultJson } from "./base/fault.ts";
export type { Opened, PackOptions } from "./predict/pack.ts";
export type { OpenOptions, PredictOptions, ManyOptions } from "./predict/predictor.ts";
export type { PackCard } from "./record/pack.ts";
export type { ClassifyPrediction, Prediction } from "./record/prediction.ts";
