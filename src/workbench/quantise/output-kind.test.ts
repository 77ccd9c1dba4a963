import { describe, expect, it } from "vitest";
import type { Fault } from "../../base/fault.ts";
import { float32 } from "../../base/tensor.ts";
import { outputKind } from "./output-kind.ts";

const refusal = (holds: "logits" | "probabilities", rows: readonly (readonly number[])[]): string | undefined => {
  const kind = outputKind({ output: { name: "y", holds }, labels: ["a", "b"] });
  for (const row of rows) kind.note(float32([1, 2], [...row]));
  try {
    kind.refuse("model.onnx");
  } catch (error) {
    return (error as Fault).message;
  }
  return undefined;
};
const many = (row: readonly number[]): readonly (readonly number[])[] => Array.from({ length: 8 }, () => row);

describe("what an output is said to hold", () => {
  it("is refused where each row says otherwise, and not by a few rows", () => {
    expect(refusal("probabilities", many([0.25, 0.75]))).toBeUndefined();
    // Labels that exclude one another not are still between 0 and 1.
    expect(refusal("probabilities", many([0.9, 0.8]))).toBeUndefined();
    expect(refusal("probabilities", [...many([0.25, 0.75]), [7, -2]])).toBe(
      'the output "y" is said to hold probabilities, and 1 of 9 rows hold numbers below 0 or above 1',
    );
    expect(refusal("logits", many([7, -2]))).toBeUndefined();
    expect(refusal("logits", many([0.25, 0.75]))).toBe(
      'the output "y" is said to hold logits, and each of its rows sums up to 1',
    );
    expect(refusal("logits", [[0.25, 0.75]])).toBeUndefined();
    expect(refusal("logits", [...many([0.25, 0.75]), [7, -2]])).toBeUndefined();
    // What is no number is told of elsewhere.
    expect(refusal("probabilities", [[NaN, 2]])).toBeUndefined();
  });
});
