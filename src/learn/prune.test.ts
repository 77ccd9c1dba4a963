import { expect, it } from "vitest";
import { keepFeatures, strongest } from "./prune.ts";

const model = {
  features: 4,
  classes: 2,
  weights: Float32Array.of(0.1, -0.2, 0, -3, 1, 0, 0.2, 0.1),
  bias: Float32Array.of(1, 2),
};

it("keeps the features with the greatest weight, in order", () => {
  expect([...strongest(model, 2)]).toEqual([1, 2]);
  expect([...strongest(model, 3)]).toEqual([0, 1, 2]);
  expect([...strongest(model, 9)]).toEqual([0, 1, 2, 3]);
  const kept = keepFeatures(model, strongest(model, 2));
  expect(kept).toEqual({ features: 2, classes: 2, weights: Float32Array.of(0, -3, 1, 0), bias: model.bias });
});
