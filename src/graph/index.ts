/** whittle/graph: writes programs. Graphs in, graphs out; whittle/engine runs them. */
export { float32, int64, tensor, type ElementType, type Tensor } from "../base/tensor.ts";
export { adapt, type Adapted, type Adapter, type AdapterOptions } from "./adapters/adapt.ts";
export { withHead, type Headed, type HeadOptions } from "./adapters/head.ts";
export { merge } from "./adapters/merge.ts";
export { builder, extend, type Builder } from "./build.ts";
export { check } from "./check.ts";
export type { Dim } from "./dim.ts";
export { printFact } from "./ir.ts";
export type { Attributes, AttributeValue, Fact, Graph, Initialiser, Node, Value } from "./ir.ts";
export { OPSET, opNames, ops } from "./op/table.ts";
export type { AttributesOf, OpName } from "./op/table.ts";
export { gradient } from "./gradient/walk.ts";
export { evaluate, interpret } from "./meaning/interpret.ts";
export { faked, fakesOf, throughFakes, type Beyond, type Fake } from "./quantise/fake.ts";
export { fileName } from "./quantise/names.ts";
export { needsOf, observe, tapped, type Needs } from "./quantise/observe.ts";
export { quantise, type QuantisedGraph, type QuantisedNode, type QuantiseReport } from "./quantise/quantise.ts";
export {
  smallest,
  type CurvePoint,
  type SearchOptions,
  type SearchResult,
  type Sensitivity,
} from "./quantise/sensitivity.ts";
export { forms, type Calibration, type Form, type QuantiseSpec } from "./quantise/spec.ts";
export { withWeights } from "./rewrite/weights.ts";
export { widened } from "./rewrite/widen.ts";
export { simplify } from "./rewrite/simplify.ts";
export type { AdamWOptions } from "./training/adamw.ts";
export type { CheckpointOptions } from "./training/cuts.ts";
export type { LionOptions } from "./training/lion.ts";
export type { LossScaleOptions } from "./training/loss-scale.ts";
export type { LossOptions } from "./training/loss.ts";
export type { OptimiserOptions, ParameterGroup } from "./training/optimiser.ts";
export type { SgdOptions } from "./training/sgd.ts";
export { parse } from "./text/parse.ts";
export { print } from "./text/print.ts";
export { fedWeights } from "./training/fed.ts";
export { trainingStep, type StepResident, type TrainingOptions, type TrainingStep } from "./training/step.ts";
export type { External, ExternalPlace } from "./wire/external.ts";
export type { Read, Through } from "./training/through.ts";
export { fromOnnx, type ReadOptions } from "./wire/read.ts";
export { toOnnx, toOnnxApart, toOnnxParts } from "./wire/write.ts";
