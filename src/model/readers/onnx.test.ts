import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { scratch } from "../../../test/scratch.ts";
import { encode, external, graph, madeOnnx, type Message, node, port } from "../../../test/contracts/made-onnx.ts";
import { Fault } from "../../base/fault.ts";
import { float32, int64 } from "../../base/tensor.ts";
import { builder } from "../../graph/build.ts";
import { toOnnx } from "../../graph/wire/write.ts";
import type { ModelHeader } from "./header.ts";
import { skimOnnx } from "./onnx.ts";
import { readModelHeader } from "./open.ts";
import { bytesSource } from "./source.ts";

const shared = process.env["WHITTLE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = scratch("for all");

const skim = (bytes: Uint8Array, size = 1000): ModelHeader => skimOnnx(bytesSource("made.onnx", bytes), () => size);

const written = (() => {
  const b = builder("g");
  const x = b.input("x", "float32", ["n", 3, "length"]);
  const w = b.parameter("w", float32([3, 5], new Float32Array(15)));
  const shape = b.parameter("shape", int64([3], [-1, 1, 5]));
  b.output("y", b.op("Reshape", [b.op("MatMul", [b.op("Transpose", [x], { perm: [0, 2, 1] }), w]), shape]));
  return toOnnx(b.finish());
})();

describe("skimming an ONNX file", () => {
  it("gives tensors, ports and nodes, and reads of weights only the shapes", () => {
    const { tensors, program, fileBytes, format } = skim(written);
    expect([format, fileBytes]).toEqual(["onnx", written.length]);
    expect(tensors).toEqual([
      { name: "w", dims: [3, 5], precision: "F32", bytes: 60 },
      { name: "shape", dims: [3], precision: "I64", bytes: 24 },
    ]);
    expect(program?.inputs).toEqual([{ name: "x", dataType: 1, dims: ["n", 3, "length"] }]);
    expect(program?.outputs).toEqual(["y"]);
    expect(program?.nodes.map((n) => n.op)).toEqual(["Transpose", "MatMul", "Reshape"]);
    expect(program?.nodes[0].attributes["perm"]).toEqual([0, 2, 1]);
    expect(program?.constants.get("shape")).toEqual({ type: "int64", dims: [3], content: [-1, 1, 5] });
  });

  it("counts external data and fetches neither them nor what lies inside", () => {
    const size = 3 * 2 ** 30;
    const tensor = external("w", [2 ** 20, 768], { location: "model.onnx_data", offset: "0", length: String(size) });
    writeFileSync(join(folder(), "model.onnx"), madeOnnx({ tensors: [tensor] }));
    writeFileSync(join(folder(), "model.onnx_data"), "");
    truncateSync(join(folder(), "model.onnx_data"), size);
    const header = readModelHeader(join(folder(), "model.onnx"));
    expect(header.tensors).toEqual([{ name: "w", dims: [2 ** 20, 768], precision: "F32", bytes: size }]);
    expect(header.fileBytes).toBeGreaterThan(size);

    // The same inside the file: 2 GB of raw data that are stepped over.
    const inside = 2 ** 31 - 4096;
    const head = Buffer.from(
      encode([
        [
          5,
          [
            [1, inside],
            [2, 3],
            [8, "w"],
            [9, new Uint8Array(0)],
          ],
        ],
      ]),
    );
    const bytes = withLength(head, inside);
    writeFileSync(join(folder(), "large.onnx"), bytes.head);
    truncateSync(join(folder(), "large.onnx"), bytes.size);
    const before = process.memoryUsage().arrayBuffers;
    expect(readModelHeader(join(folder(), "large.onnx")).tensors).toEqual([
      { name: "w", dims: [inside], precision: "I8", bytes: inside },
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  });

  it("refuses external data that lead elsewhere, are missing, or are too short", () => {
    const at = (location: string, length = "12"): Fault => {
      const path = join(folder(), "escape.onnx");
      writeFileSync(path, madeOnnx({ tensors: [external("w", [3], { location, length })] }));
      return caught(() => readModelHeader(path));
    };
    for (const away of ["../secret", "/etc/passwd", "a/../../b", "C:\\data", "..\\up", ""]) {
      expect(at(away), away).toMatchObject({
        code: "model/external",
        message: expect.stringMatching(/of its own/) as string,
      });
    }
    expect(at("none.bin").message).toMatch(/cannot be read: none.bin/);
    writeFileSync(join(folder(), "short.bin"), "12345678");
    expect(at("short.bin").why).toMatch(/end at byte 12 of short.bin, which has 8/);
    expect(at("short.bin", "8").why).toMatch(/takes 12 bytes and its external data have 8/);
    expect(at("short.bin", "1e9").why).toMatch(/the length of external data is "1e9"/);
  });

  it("takes operators that it does not know, and what graphs inside nodes read", () => {
    const branch = graph({ nodes: [node("Add", ["outer", "own"], ["z"]), node("Relu", ["x"], ["own"])] });
    const choice: Message = [
      [
        5,
        [
          [1, "then_branch"],
          [6, branch],
        ],
      ],
    ];
    const bytes = madeOnnx({
      inputs: [port("x", 1, ["n"])],
      nodes: [node("Frobnicate", ["x"], ["outer"], [[7, "my.domain"]]), node("If", ["x"], ["y"], choice)],
      outputs: [port("y", 1, ["n"])],
    });
    const nodes = skim(bytes).program?.nodes;
    expect(nodes?.[0]).toMatchObject({ op: "Frobnicate", domain: "my.domain" });
    expect(nodes?.[1].inputs).toEqual(["x", "outer", "x"]);
  });

  it("is refused where a tensor claims more than it holds", () => {
    const claim = (dims: readonly number[], raw: number): Fault =>
      caught(() =>
        skim(
          madeOnnx({ tensors: [[...dims.map((d) => [1, d] as const), [2, 1], [8, "w"], [9, new Uint8Array(raw)]]] }),
        ),
      );
    expect(claim([2 ** 40], 8).why).toMatch(/claims 1099511627776 elements and holds 8 bytes/);
    expect(claim([2 ** 40, 2 ** 40], 8).why).toMatch(/claims/);
    expect(claim([-1], 8).why).toMatch(/claims \[-1\]/);
    expect(caught(() => skim(encode([[1, 8]]))).why).toMatch(/no graph/);
  });

  it("gives an answer or a fault for whatever became of its bytes", () => {
    const damage = fc.array(fc.tuple(fc.nat(written.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.nat(written.length), fc.boolean(), (changes, length, cut) => {
        const bytes = Uint8Array.from(cut ? written.subarray(0, length) : written);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          expect(skim(bytes).format).toBe("onnx");
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toMatch(/^model\/(?:onnx|truncated)$/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("counts the weights of real models", ({ skip }) => {
    if (!existsSync(join(shared, "models"))) return skip("the shared models are not here");
    const at = (path: string): ModelHeader => readModelHeader(join(shared, "models", path));
    const count = (h: ModelHeader, precision: string): number =>
      h.tensors.filter((t) => t.precision === precision).reduce((n, t) => n + t.dims.reduce((a, b) => a * b, 1), 0);
    expect(count(at("squeezenet-fp16/SqueezeNet_fp16.onnx"), "F16")).toBe(1_235_496);
    // Its weights, and three constants of the graph.
    expect(count(at("nnsplit/en/model.onnx"), "F32")).toBe(1_014_852 + 3);
    const magika = at("magika/standard_v3_3/model.onnx");
    const bytes = magika.tensors.reduce((sum, t) => sum + t.bytes, 0);
    expect(bytes / magika.fileBytes).toBeGreaterThan(0.9);
    expect(bytes).toBeLessThanOrEqual(magika.fileBytes);
  });
});

/** A model whose only tensor is `tensor`, its raw data `length` bytes long and left to the file's end. */
function withLength(tensor: Buffer, length: number): { head: Uint8Array; size: number } {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
  // The last two bytes of the entry are the tag of the raw data and their length, 0; before the entry stand its tag and length.
  const body = Buffer.from([...tensor.subarray(tensor.indexOf(8, 1), -1), ...varint(length)]);
  const entry = [0x2a, ...varint(body.length + length)];
  const inGraph = entry.length + body.length + length;
  const head = Uint8Array.from([0x3a, ...varint(inGraph), ...entry, ...body]);
  return { head, size: head.length + length };
}
