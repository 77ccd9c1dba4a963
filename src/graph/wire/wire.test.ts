import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { interpret } from "../meaning/interpret.ts";
import type { ExternalPlace } from "./external.ts";
import { fromOnnx } from "./read.ts";
import { toOnnx, toOnnxApart } from "./write.ts";

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

  it("reads bytes given away as it reads others, and takes no memory beside them", () => {
    for (const stem of ["w", "wa", "wan", "wand"]) {
      const b = builder("given");
      const x = b.input("x", "float32", [3]);
      const w = b.parameter(stem, float32([3], [1, -2, 3]));
      b.output("y", b.op("Mul", [b.op("Add", [x, w]), b.parameter("v", float32([3], [4, 5, 6]))]));
      const bytes = toOnnx(b.finish());
      const given = bytes.slice();
      const graph = fromOnnx(given, { given: true });
      expect(toOnnx(graph)).toEqual(bytes);
      for (const v of graph.initialisers) expect(v.tensor.data.buffer).toBe(given.buffer);
    }
  });

  it("keeps tensors in a file of their own, and brings the graph back", () => {
    const b = builder("apart");
    const x = b.input("x", "float32", ["batch", 30]);
    const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);
    const y = b.op("MatMul", [x, b.parameter("w", float32([30, 25], numbers(750)))]);
    b.output("y", b.op("MatMul", [y, b.parameter("v", float32([25, 11], numbers(275)))]));
    const graph = b.finish();
    const { model, data } = toOnnxApart(graph, "weights.bin");
    const held = Buffer.concat(data);
    expect(held.length).toBe(3008 + 1100);
    const asked: ExternalPlace[] = [];
    const external = (place: ExternalPlace): Uint8Array => {
      asked.push(place);
      return Uint8Array.from(held.subarray(place.offset, place.offset + place.length));
    };
    const bytes = Uint8Array.from(Buffer.concat(model));
    expect(toOnnx(fromOnnx(bytes, { external }))).toEqual(toOnnx(graph));
    expect(asked).toEqual([
      { location: "weights.bin", offset: 0, length: 3000 },
      { location: "weights.bin", offset: 3008, length: 1100 },
    ]);
    expect(() => fromOnnx(bytes)).toThrow(/its data lie in another file/);
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
          fromOnnx(bad, { given: true });
        } catch (error) {
          expect((error as Error).name).toBe("Fault");
        }
      }
    }
  });

  /** A model of one graph with one initialiser of these dims and this data. */
  function claiming(dims: readonly number[], data: Uint8Array): Uint8Array {
    const w = new BinaryWriter();
    w.tag(8, 2).fork().tag(2, 0).int64(21).join();
    w.tag(7, 2).fork().tag(5, 2).fork();
    for (const d of dims) w.tag(1, 0).int64(d);
    w.tag(2, 0).int32(1).tag(8, 2).string("w").tag(9, 2).bytes(data);
    return w.join().join().finish();
  }

  it.each([
    [[2 ** 40], 4],
    [[2 ** 31, 2 ** 31, 2 ** 31], 0],
    [[-1, -4], 16],
    [[3], 13],
    [[], 0],
  ])("refuses a tensor that claims %j and holds %i bytes, before anything is made of it", (dims, size) => {
    expect(() => fromOnnx(claiming(dims, new Uint8Array(size)))).toThrow(/the tensor "w" cannot be read/);
  });

  it("names an operator that is not spoken, and an operator set that is too old", () => {
    const node = (op: string, opset: number): Uint8Array => {
      const w = new BinaryWriter();
      w.tag(8, 2).fork().tag(2, 0).int64(opset).join();
      w.tag(7, 2).fork().tag(1, 2).fork().tag(4, 2).string(op).join().join();
      return w.finish();
    };
    expect(() => fromOnnx(node("Sofmax", 21))).toThrow(/Sofmax is not spoken here/);
    expect(() => fromOnnx(node("Softmax", 6))).toThrow(/operator set 6/);
    expect(() => fromOnnx(node("Softmax", 99))).toThrow(/operator set 99/);
    expect(() => fromOnnx(new Uint8Array())).toThrow(/no graph/);
  });

  it("reads what other writers write: typed data, a Constant, axes as an attribute, data out of line", () => {
    const w = new BinaryWriter();
    const port = (field: number, name: string): void => {
      w.tag(field, 2).fork().tag(1, 2).string(name).tag(2, 2).fork().tag(1, 2).fork().tag(1, 0).int32(1);
      w.tag(2, 2)
        .fork()
        .tag(1, 2)
        .fork()
        .tag(1, 0)
        .int64(2)
        .join()
        .tag(1, 2)
        .fork()
        .tag(2, 2)
        .string("past + 1")
        .join();
      w.join().join().join().join();
    };
    w.tag(8, 2).fork().tag(2, 0).int64(17).join();
    w.tag(7, 2).fork().tag(2, 2).string("other");
    w.tag(1, 2).fork().tag(2, 2).string("c").tag(4, 2).string("Constant");
    w.tag(5, 2).fork().tag(1, 2).string("value").tag(5, 2).fork().tag(2, 0).int32(1);
    w.tag(4, 2).fork().float(0.5).join().tag(1, 0).int64(1).join().join().join();
    w.tag(1, 2).fork().tag(1, 2).string("x").tag(1, 2).string("c").tag(2, 2).string("y").tag(4, 2).string("Mul").join();
    w.tag(1, 2).fork().tag(1, 2).string("y").tag(2, 2).string("z").tag(4, 2).string("ReduceMean");
    w.tag(5, 2).fork().tag(1, 2).string("axes").tag(8, 0).int64(-1).join().join();
    port(11, "x");
    port(12, "z");
    w.join();
    // One byte off line, as a part of a larger file would be.
    const bytes = w.finish();
    const whole = new Uint8Array(bytes.length + 1);
    whole.set(bytes, 1);
    const graph = fromOnnx(Buffer.from(whole.buffer, 1));
    expect(graph.outputs[0].dims).toEqual([2, 1]);
    const x = { type: "float32" as const, dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect(Array.from(interpret(graph, { x }).z.data as Float32Array)).toEqual([1, 2.5]);
  });
});
