import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { scratch } from "../../../test/scratch.ts";
import { readWeights } from "./weights.ts";

const folder = scratch();

/** A safetensors file of these tensors. */
function written(name: string, tensors: Readonly<Record<string, readonly [dtype: string, bytes: Uint8Array]>>): string {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([key, [dtype, bytes]]) => {
      const width = dtype === "F32" ? 4 : 2;
      const entry = { dtype, shape: [bytes.length / width], data_offsets: [at, (at += bytes.length)] };
      return [key, entry];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder(), name);
  writeFileSync(path, Buffer.concat([length, text, ...Object.values(tensors).map(([, bytes]) => bytes)]));
  return path;
}

const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
const singles = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe("the weights of a safetensors file", () => {
  it("are singles, whatever they are kept in", () => {
    const path = written("a.safetensors", {
      single: ["F32", singles(1.5, -0.1)],
      half: ["F16", words(0x3c00, 0xc000, 0x0001)],
      brain: ["BF16", words(0x3f80, 0xc040, 0x7f80)],
    });
    const weights = readWeights(path);
    const values = Object.fromEntries([...weights].map(([name, t]) => [name, [t.type, t.dims, Array.from(t.data)]]));
    expect(values).toEqual({
      single: ["float32", [2], [1.5, Math.fround(-0.1)]],
      half: ["float32", [3], [1, -2, 2 ** -24]],
      brain: ["float32", [3], [1, -3, Infinity]],
    });
  });

  it("are taken from all files of a folder", () => {
    written("a.safetensors", { a: ["F32", singles(1)] });
    written("b.safetensors", { b: ["F32", singles(2)] });
    expect([...readWeights(folder()).keys()]).toEqual(["a", "b"]);
  });

  it("are refused where they are no numbers of a known width", () => {
    const path = written("a.safetensors", { w: ["I16", words(1, 2)] });
    expect(caught(() => readWeights(path))).toMatchObject({ code: "model/format", where: path });
  });
});
