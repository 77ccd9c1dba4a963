import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { weightsApart } from "./apart.ts";
import { readModel } from "./model.ts";
import { toOnnx } from "./write.ts";

const weights = (rows: number, columns: number, from: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, i) => from + i);

/** A table of 512 rows and a matrix, 64 KiB and 256 KiB, and a bias. */
function model(more: (b: Builder, table: ReturnType<Builder["parameter"]>) => void = () => undefined): Uint8Array {
  const b = builder("g");
  const table = b.parameter("table", float32([512, 256], weights(512, 256, 0)));
  const matrix = b.parameter("matrix", float32([256, 128], weights(256, 128, 0.5)));
  const bias = b.parameter("bias", float32([128], weights(1, 128, 7)));
  const rows = b.op("Gather", [table, b.input("ids", "int32", ["n"])], { axis: 0 });
  b.output("y", b.op("Add", [b.op("MatMul", [rows, matrix]), bias]));
  more(b, table);
  return toOnnx(b.finish());
}

const reach = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
});
const numbersAt = (bytes: Uint8Array, offset: number, n: number): number[] => [
  ...new Float32Array(bytes.slice(offset, offset + 4 * n).buffer),
];

describe("weights apart from their model", () => {
  it("stay in the file: tables become inputs, matrices are named by their place", () => {
    const bytes = model();
    const apart = weightsApart(reach(bytes), "tickets.whittle", 1000)!;
    expect(apart.model.length).toBeLessThan(2000);
    expect(apart.tables).toMatchObject([{ name: "table", type: "float32", dims: [512, 256], bytes: 4 * 512 * 256 }]);
    expect(numbersAt(bytes, apart.tables[0].offset, 3)).toEqual([0, 1, 2]);
    const places: { location: string; offset: number; length: number }[] = [];
    const { graph } = readModel(apart.model, false, (place) => {
      places.push(place);
      return new Uint8Array(place.length);
    });
    expect(graph?.inputs).toMatchObject([{ name: "table", dataType: 1, dims: [512, 256] }, { name: "ids" }]);
    expect(graph?.initialisers.map(({ name }) => name)).toEqual(["matrix", "bias"]);
    expect(places).toMatchObject([{ location: "tickets.whittle", length: 4 * 256 * 128 }]);
    expect(numbersAt(bytes, places[0].offset - 1000, 2)).toEqual([0.5, 1.5]);
  });

  it("are left where something else reads them too, or nothing takes them while loading", () => {
    const read = model((b, table) => b.output("sum", b.op("ReduceSum", [table, b.ints([0])])));
    expect(weightsApart(reach(read), "m", 0)?.tables).toEqual([]);
    const answer = model((b, table) => b.output("again", b.op("Identity", [table])));
    expect(weightsApart(reach(answer), "m", 0)?.tables).toEqual([]);
    const added = builder("g");
    added.output("y", added.op("Add", [added.input("x", "float32", [256, 128]), matrixOf(added)]));
    const bytes = toOnnx(added.finish());
    expect(weightsApart(reach(bytes), "m", 0)?.model).toEqual(bytes);
  });

  it("are not looked for in what is no model, whatever became of its bytes", () => {
    const bytes = model();
    const damage = fc.array(fc.tuple(fc.oneof(fc.nat(400), fc.nat(bytes.length - 1)), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.nat(bytes.length), fc.boolean(), (changes, length, cut) => {
        const damaged = bytes.slice(0, cut ? length : bytes.length);
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        const apart = weightsApart(reach(damaged), "m", 0);
        for (const { offset, bytes: n } of apart?.tables ?? []) expect(offset + n).toBeLessThanOrEqual(damaged.length);
      }),
      { numRuns: 200 },
    );
    expect(weightsApart(reach(new Uint8Array(0)), "m", 0)).toBeUndefined();
  });
});

function matrixOf(b: Builder): ReturnType<Builder["parameter"]> {
  return b.parameter("matrix", float32([256, 128], weights(256, 128, 0.5)));
}
