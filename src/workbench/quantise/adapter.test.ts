import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ElementType } from "../../base/tensor.ts";
import { readAdapter } from "./adapter.ts";
import { feedsWith } from "./feeds.ts";
import { numbersOf } from "./numbers.ts";

const port = (type: ElementType, ...dims: (number | string)[]) => ({ name: "x", type, dims });

describe("numbers of a row", () => {
  it("are laid as the input wants them: nested, without the batch, flat, or with their dims", () => {
    const wanted = port("float32", "batch", 2, 3);
    const flat = [1, 2, 3, 4, 5, 6];
    const nested = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    for (const given of [flat, nested, [nested], { dims: [1, 2, 3], data: flat }, { dims: [2, 3], data: flat }]) {
      expect(numbersOf(given, wanted)).toEqual({ type: "float32", dims: [1, 2, 3], data: Float32Array.from(flat) });
    }
    expect(numbersOf(flat, port("int64", "batch", "tokens"))).toMatchObject({ dims: [1, 6] });
    expect(numbersOf(flat, port("int64", "batch", "tokens", 2))).toMatchObject({ dims: [1, 3, 2] });
    expect(numbersOf(7, port("int64", 1))).toMatchObject({ dims: [1], data: BigInt64Array.of(7n) });
  });

  it("come back as they were, whatever their dims", () => {
    const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(dims, (shape) => {
        let next = 0;
        const make = (depth: number): unknown =>
          depth === shape.length ? next++ : Array.from({ length: shape[depth] }, () => make(depth + 1));
        const made = numbersOf(make(0), port("int32", ...shape));
        expect(made).toMatchObject({ dims: shape, data: Int32Array.from({ length: next }, (_, i) => i) });
      }),
      { numRuns: 50 },
    );
  });

  it("say why they do not fit", () => {
    const why = (value: unknown, type: ElementType = "float32"): unknown => numbersOf(value, port(type, "batch", 2));
    expect(why([1, 2, 3])).toBe("it is [3], and the model takes float32 [batch, 2]");
    expect(why([[1], [2, 3]])).toBe("its lists are not of one length");
    expect(why([1, [2]])).toBe("it holds lists of several depths");
    expect(why([1, "2"])).toBe("it holds what is no number");
    expect(why([1, null])).toBe("it holds null");
    expect(why([0, 1e39])).toBe("1e+39 is no float32");
    expect(why([0, 256], "uint8")).toBe("256 is no uint8");
    expect(why([0, 0.5], "int64")).toBe("0.5 is no int64");
    expect(why({ dims: [1, 3], data: [1, 2] })).toBe("its dims [1, 3] want 3 numbers, and it has 2");
    expect(why("1 2")).toBe("it holds what is no number");
  });
});

describe("the adapter", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "whittle-adapter-"))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(
      path,
      typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content),
    );
    return path;
  };
  const whole = {
    inputs: { x: { take: "numbers" } },
    output: { name: "y", holds: "logits" },
    labels: ["a", "b"],
    label: "kind",
  };

  it("is read with its labels in line or in a file beside it", () => {
    expect(readAdapter(write("in-line.json", whole))).toMatchObject({ labels: ["a", "b"], slices: [] });
    write("labels.txt", "a\nb\nc d\n");
    expect(readAdapter(write("beside.json", { ...whole, labels: "labels.txt" })).labels).toEqual(["a", "b", "c d"]);
  });

  it("is refused with the place of what is wrong", () => {
    const told = (content: unknown): string => {
      try {
        readAdapter(write("bad.json", content));
        return "";
      } catch (error) {
        const { code, where, message } = error as { code: string; where: string; message: string };
        return `${code} ${where.replace(folder, "")} ${message}`;
      }
    };
    expect(told("{")).toMatch(/^adapter\/form .bad.json the adapter is not JSON/);
    expect(told({ ...whole, output: { name: "y", holds: "scores" } })).toMatch(/bad.json › output › holds/);
    expect(told({ ...whole, inputs: { x: { take: "pictures" } } })).toMatch(/bad.json › inputs › x/);
    expect(told({ ...whole, outputs: 1 })).toMatch(/outputs/);
    expect(told({ ...whole, labels: ["a", "b", "a"] })).toMatch(/^adapter\/labels .*"a" is listed twice/);
  });

  it("cuts a file at both ends, white space taken off, padded where there is none", () => {
    const long = Uint8Array.from({ length: 100 }, (_, i) => 100 + (i % 50));
    write("spaced.bin", "  \n\tabc \n");
    write("long.bin", long);
    write("empty.bin", "");
    const input = { take: "bytes" as const, column: "file", begin: 4, middle: 2, end: 4, pad: 256, strip: true };
    const feedsOf = feedsWith([port("int32", "batch", 10)], join(folder, "rows.jsonl"), { inputs: { x: input } });
    const of = (file: string): unknown => {
      const feeds = feedsOf({ file });
      return typeof feeds === "string" ? feeds : [...(feeds["x"].data as Int32Array)];
    };
    const [a, b, c] = [97, 98, 99];
    expect(of("spaced.bin")).toEqual([a, b, c, 32, 9, a, 9, a, b, c]);
    expect(of("long.bin")).toEqual([100, 101, 102, 103, 149, 100, 146, 147, 148, 149]);
    expect(of("empty.bin")).toEqual(new Array(10).fill(256));
    expect(of("missing.bin")).toBe('"file": there is no such file or folder');
    expect(feedsOf({ path: "spaced.bin" })).toBe('there is no "file"');
    const text = feedsWith([port("uint8", 1, 4)], "rows.jsonl", {
      inputs: { x: { take: "bytes", of: "text", begin: 4 } },
    });
    expect(text({ x: "né" })).toMatchObject({ x: { dims: [1, 4], data: Uint8Array.of(110, 0xc3, 0xa9, 0) } });
  });

  it("names inputs that the model does not have, and those it forgets", () => {
    const ports = [port("float32", 1), { ...port("float32", 1), name: "z" }];
    expect(() => feedsWith(ports, "", { inputs: { x: { take: "numbers" } } })).toThrow(/says nothing of .* "z"/);
    const inputs = { x: { take: "numbers" }, z: { take: "numbers" }, w: { take: "numbers" } } as const;
    expect(() => feedsWith(ports, "", { inputs })).toThrow(/no input "w"/);
  });
});
