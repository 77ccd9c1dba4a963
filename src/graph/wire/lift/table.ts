import { axesAttribute } from "./axes.ts";
import { batchNormalization, groupNormalization } from "./batch.ts";
import { clip, dropout, pad, slice, split, topK, unsaturated } from "./bounds.ts";
import { coerced } from "./coerced.ts";
import * as composed from "./composed.ts";
import { negativeLogLikelihood, softmaxCrossEntropy } from "./loss.ts";
import { quantisedConv, quantisedMatMul } from "./quantised.ts";
import { recurrent } from "./recurrent.ts";
import { reshape } from "./reshape.ts";
import { resize, upsample } from "./resize.ts";
import { reverseSequence } from "./reverse.ts";
import { input, ints, type Lift } from "./site.ts";
import * as transformer from "./transformer.ts";
import { convTranspose, padded } from "./window.ts";

/**
 * Operators whose older forms, or every form, are read as others. What is not here means the same in every operator set
 * that is read, as far as the attributes of its row go. A name of the engine's own domain carries it.
 */
export const lifts: Readonly<Record<string, Lift>> = {
  AveragePool: padded((s) => ints(s, "kernel_shape") ?? []),
  BatchNormalization: batchNormalization,
  Cast: unsaturated,
  Clip: clip,
  Conv: padded((s) => input(s, 1).dims.slice(2)),
  ConvTranspose: convTranspose,
  Dropout: dropout,
  GRU: recurrent,
  LSTM: recurrent,
  LogSoftmax: coerced("LogSoftmax"),
  MaxPool: padded((s) => ints(s, "kernel_shape") ?? []),
  Pad: pad,
  QuantizeLinear: unsaturated,
  ReduceL1: axesAttribute,
  ReduceL2: axesAttribute,
  ReduceLogSum: axesAttribute,
  ReduceLogSumExp: axesAttribute,
  ReduceMax: axesAttribute,
  ReduceMean: axesAttribute,
  ReduceMin: axesAttribute,
  ReduceProd: axesAttribute,
  ReduceSum: axesAttribute,
  ReduceSumSquare: axesAttribute,
  RNN: recurrent,
  Reshape: reshape,
  Resize: resize,
  Scatter: () => ({ op: "ScatterElements" }),
  Slice: slice,
  Softmax: coerced("Softmax"),
  Split: split,
  Squeeze: axesAttribute,
  TopK: topK,
  Unsqueeze: axesAttribute,
  Upsample: upsample,

  CastLike: composed.castLike,
  DepthToSpace: composed.depthToSpace,
  EyeLike: composed.eyeLike,
  GroupNormalization: groupNormalization,
  Hardmax: composed.hardmax,
  LRN: composed.localResponse,
  LpNormalization: composed.lpNormalization,
  MeanVarianceNormalization: composed.meanVarianceNormalization,
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  QLinearConv: quantisedConv,
  QLinearMatMul: quantisedMatMul,
  RMSNormalization: transformer.rmsNormalization,
  ReverseSequence: reverseSequence,
  Shrink: composed.shrink,
  SimplifiedLayerNormalization: transformer.rmsNormalization,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
  SpaceToDepth: composed.spaceToDepth,
  Swish: composed.swish,

  "com.microsoft.BiasGelu": transformer.biasGelu("none"),
  "com.microsoft.FastGelu": transformer.biasGelu("tanh"),
  "com.microsoft.FusedMatMul": transformer.fusedMatMul,
  "com.microsoft.Gelu": transformer.biasGelu("none"),
  "com.microsoft.QuickGelu": composed.swish,
  "com.microsoft.SkipLayerNormalization": transformer.skipNormalization(false),
  "com.microsoft.SkipSimplifiedLayerNormalization": transformer.skipNormalization(true),
};
