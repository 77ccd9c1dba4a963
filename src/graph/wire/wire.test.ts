import { describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { fromOnnx } from "./read.ts";
import { toOnnx } from "./write.ts";

function linear() {
  const b = builder("linear");
  const x = b.input("x", "float32", ["batch", 3]);
  const w = b.parameter("w", float32([3, 2], [1, 2, 3, 4, 5, 6]));
  const logits = b.op("MatMul", [x, w]);
  b.output("logits", logits);
  b.output("p", b.op("Softmax", [logits], { axis: 1 }));
  return b.finish();
}

describe("the wire", () => {
  it("brings a graph back", () => {
    const bytes = toOnnx(linear());
    const back = fromOnnx(bytes);
    expect(back.outputs.map((o) => [o.name, o.dims])).toEqual([
      ["logits", ["batch", 2]],
      ["p", ["batch", 2]],
    ]);
    expect(toOnnx(back)).toEqual(bytes);
  });

  it("refuses every cut of a file, and every file with a byte changed is read or refused with a fault", () => {
    const bytes = toOnnx(linear());
    for (let n = 0; n < bytes.length - 16; n++) expect(() => fromOnnx(bytes.subarray(0, n))).toThrow(/./);
    for (let i = 0; i < bytes.length; i++) {
      for (const change of [1, 0x80, 0xff]) {
        const bad = bytes.slice();
        bad[i] ^= change;
        try {
          fromOnnx(bad);
        } catch (error) {
          expect((error as Error).name).toBe("Fault");
        }
      }
    }
  });
});
