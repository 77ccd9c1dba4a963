/** whittle/graph: writes programs. Graphs in, graphs out; whittle/engine runs them. */
export { builder, extend, type Builder } from "./build.ts";
export { check } from "./check.ts";
export type { Dim } from "./dim.ts";
export { printFact, producers } from "./ir.ts";
export type { Attributes, AttributeValue, Fact, Graph, Initialiser, Node, Value } from "./ir.ts";
export { OPSET, opNames, ops } from "./op/table.ts";
export type { AttributesOf, OpName } from "./op/table.ts";
export { gradient } from "./gradient/walk.ts";
export { evaluate, interpret } from "./meaning/interpret.ts";
export { fp16Storage } from "./quantise/fp16.ts";
export { int8Weights, type Int8Options } from "./quantise/int8.ts";
export { simplify } from "./rewrite/simplify.ts";
export type { AdamWOptions } from "./training/adamw.ts";
export type { LossOptions } from "./training/loss.ts";
export { trainingStep, type StepResident, type TrainingOptions, type TrainingStep } from "./training/step.ts";
export { fromOnnx } from "./wire/read.ts";
export { toOnnx } from "./wire/write.ts";
