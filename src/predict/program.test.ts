import { describe, expect, it } from "vitest";
import { float32, int64 } from "../base/tensor.ts";
import { expectFloats } from "./program.ts";

describe("outputs of a pack's graph", () => {
  it("are taken by their count, so that an axis of one does not matter", () => {
    expect(expectFloats("emissions", float32([1, 2, 3], [1, 2, 3, 4, 5, 6]), [2, 3])).toEqual(
      Float32Array.of(1, 2, 3, 4, 5, 6),
    );
  });

  it.each([
    ["are missing", undefined, "it has no such output"],
    ["have another shape", float32([3], [1, 2, 3]), "it is float32 [3]"],
    ["are of another type", int64([2, 3], [1, 2, 3, 4, 5, 6]), "it is int64 [2, 3]"],
  ])("are refused where they %s", (_, output, why) => {
    expect(() => expectFloats("logits", output, [2, 3])).toThrow(
      expect.objectContaining({
        code: "pack/graph",
        message: 'the graph\'s output "logits" is not float32 [2, 3]',
        why,
      }) as Error,
    );
  });
});
