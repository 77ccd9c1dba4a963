import { describe, expect, it } from "vitest";
import { float32, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { toHalf } from "../half.ts";
import type { Graph, Value } from "../ir.ts";
import { print } from "../text/print.ts";
import { trainingStep } from "./step.ts";

function network(make: (b: Builder, x: Value) => Value): Graph {
  const b = builder("network");
  b.output("logits", make(b, b.input("x", "float32", ["batch", 2])));
  return b.finish();
}

const stepOf = (graph: Graph, parameters?: readonly string[]) =>
  trainingStep(graph, { loss: { kind: "cross-entropy", logits: "logits" }, optimiser: "gradients", parameters });

describe("what a step trains", () => {
  const exported = network((b, x) => {
    const bounds = ["scale", "shift", "mean", "variance"].map((name) => b.parameter(name, float32([2], [1, 1])));
    const normed = b.op("BatchNormalization", [x, ...bounds]);
    const halved = b.op("Mul", [normed, b.parameter("half", float32([], [0.5]))]);
    return b.op("Add", [halved, b.parameter("epsilon", float32([1, 1], [1e-6]))]);
  });

  it("is all weights, but not the numbers of a formula, nor statistics", () => {
    expect(stepOf(exported).parameters).toEqual(["scale", "shift"]);
  });

  it("is whatever is named", () => {
    expect(stepOf(exported, ["half", "s*"]).parameters).toEqual(["half", "scale", "shift"]);
    expect(() => stepOf(exported, ["hlf"])).toThrow(/no float32 parameter is named "hlf"/);
  });
});

describe("dropout in models of others", () => {
  const weight = (b: Builder): Value => b.parameter("w", float32([2, 2], [1, 2, 3, 4]));
  const dropped = (rate: Tensor, readMask: boolean): Graph =>
    network((b, x) => {
      const [y, mask] = b.ops("Dropout", [b.op("MatMul", [x, weight(b)]), b.constant(rate)], {}, 2);
      const kept = b.op("Cast", [mask], { to: "float32" });
      return readMask ? b.op("Mul", [y, kept]) : y;
    });

  it("may have a rate in half precision, and nodes behind its mask that nobody reads", () => {
    const half = tensor("float16", [], Uint16Array.of(toHalf(0.25)));
    const rate = (t: Tensor): string => print(stepOf(dropped(t, false)).graph);
    expect(rate(half)).toEqual(rate(float32([], [0.25])));
    expect(stepOf(dropped(half, false)).seeded).toBe(true);
  });

  it("is refused where its mask is read", () => {
    expect(() => stepOf(dropped(float32([], [0.25]), true))).toThrow(/the mask of the Dropout/);
  });
});
