import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { opNames } from "../op/table.ts";
import type { RawNode } from "./model.ts";

const branches = {
  why: "it holds a graph of its own and runs it as the data say",
  remedy: "export the model for fixed shapes and options, so that the exporter unrolls it",
};
const lists = { why: "it works on lists of tensors or on values that may be absent", remedy: "export plain tensors" };
const counted = {
  why: "how many elements it gives hangs on the data, so no shape after it is known",
  remedy: "cut the model before it, and do this step on the outputs",
};
const drawn = {
  why: "it draws at random inside the model, so the same inputs give other outputs",
  remedy: "export the model for inference",
};
const words = { why: "it works on text", remedy: "cut the model after it, and feed numbers" };
const update = {
  why: "it is a step of training",
  remedy: "export the model for inference; a training step is made from it here",
};
const signal = {
  why: "it works on signals or complex numbers",
  remedy: "do this step before the model, and feed its result",
};

type Reason = Readonly<{ why: string; remedy: string }>;

/** Why operators that many models hold are not spoken, and what can be done. */
const reasons: Readonly<Record<string, Reason>> = {
  If: {
    why: "it runs one graph or another, and its condition hangs on what is fed",
    remedy:
      "export the model for fixed shapes and options, or say what it is fed: `fromOnnx(bytes, { known: { NAME: tensor } })`",
  },
  ...all(branches, "Loop Scan SequenceMap"),
  ...all(
    lists,
    "SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence",
  ),
  ...all(lists, "ConcatFromSequence Optional OptionalGetElement OptionalHasElement"),
  ...all(counted, "NonZero Compress Unique NonMaxSuppression"),
  ...all(drawn, "Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike"),
  ...all(words, "StringNormalizer TfIdfVectorizer StringConcat StringSplit RegexFullMatch"),
  ...all(update, "Adam Adagrad Momentum Gradient"),
  ...all(signal, "DFT STFT BlackmanWindow HammingWindow HannWindow MelWeightMatrix"),
};

function all(reason: Reason, names: string): Record<string, Reason> {
  return Object.fromEntries(names.split(" ").map((name) => [name, reason]));
}

/** The letter about an operator that is not spoken: which, where, why and what can be done. */
export function refuseOperator(node: RawNode, where: string): never {
  const known = node.domain === "" ? reasons[node.op] : undefined;
  const near = node.domain === "" ? nearest(node.op, opNames) : undefined;
  const similar = near !== undefined && near !== node.op ? `did you mean ${near}? ` : "";
  throw new Fault("graph/operator", {
    what: `the operator ${node.domain === "" ? "" : `${node.domain}.`}${node.op} is not spoken here`,
    where,
    why:
      known?.why ??
      (node.domain === "" ? "no rule of shapes, meaning and gradient is written for it" : "it is no standard operator"),
    remedy: known?.remedy ?? `${similar}export the model with other operators, or cut it before this node`,
  });
}
