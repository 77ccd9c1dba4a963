import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caught } from "../../test/caught.ts";
import { scratch } from "../../test/scratch.ts";
import { sha256 } from "../base/hash.ts";
import { random } from "../base/random.ts";
import { headerAt, layout, type Part } from "./layout.ts";
import { packHash, readPack } from "./read.ts";
import type { FileParts } from "./file-parts.ts";
import { verifyPack, verifySource } from "./verify.ts";
import { packBytes, writePack } from "./write.ts";

const folder = scratch("for all");
const empty = scratch();

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const example: readonly Part[] = [
  { name: "pack.json", bytes: text('{"format":1}') },
  { name: "empty.bin", bytes: new Uint8Array(0) },
  { name: "features/terms.bin", bytes: Uint8Array.from({ length: 200 }, (_, i) => i) },
  { name: "model.onnx", bytes: Uint8Array.from({ length: 64 }, (_, i) => 255 - i) },
];

const anyParts = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/), { maxLength: 6 })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.uint8Array({ maxLength: 150 }).map((bytes): Part => ({ name, bytes })))),
  );

/** A pack around a header of the caller's making, with a hash that fits it. */
function withHeader(header: string, rest = new Uint8Array(0)): Uint8Array {
  const h = text(header);
  const bytes = new Uint8Array(headerAt + h.length + rest.length);
  bytes.set(text("WHITTLE1"), 0);
  new DataView(bytes.buffer).setUint32(8, h.length, true);
  bytes.set(Buffer.from(sha256(h), "hex"), 12);
  bytes.set(h, headerAt);
  bytes.set(rest, headerAt + h.length);
  return bytes;
}

describe("a pack", () => {
  it("gives back its parts, in order, aligned", () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const pack = verifyPack(packBytes(parts));
        expect([...pack.parts].map(([name, bytes]) => ({ name, bytes }))).toEqual(parts);
        for (const entry of pack.entries) expect(entry.offset % 64).toBe(0);
        expect(pack.hash).toBe(layout(parts).hash);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same bytes each time, on disk as in memory, and leaves no litter", () => {
    const path = join(folder(), "a.whittle");
    const plan = writePack(path, example);
    expect(new Uint8Array(readFileSync(path))).toEqual(packBytes(example));
    writePack(path, example);
    const pack = readPack(path);
    expect([pack.size, pack.hash]).toEqual([plan.size, plan.hash]);
    expect(packHash(path)).toBe(plan.hash);
    expect(readdirSync(folder())).toEqual(["a.whittle"]);
    expect(Buffer.from(packBytes(example)).subarray(0, 8).toString()).toBe("WHITTLE1");
  });

  it("has another hash when a name, a byte or the order differs", () => {
    const others: Part[][] = [
      example.map((p) => (p.name === "model.onnx" ? { ...p, name: "model.bin" } : p)),
      example.map((p) => (p.name === "model.onnx" ? { ...p, bytes: p.bytes.map((b, i) => (i === 3 ? 0 : b)) } : p)),
      [...example].reverse(),
    ];
    for (const parts of others) expect(layout(parts).hash).not.toBe(layout(example).hash);
  });

  it("is refused when any one byte is changed", () => {
    const bytes = packBytes(example);
    const seen = new Set<string>();
    for (let i = 0; i < bytes.length; i++) {
      for (const flip of [1, 0x80, 0xff]) {
        bytes[i] ^= flip;
        const fault = caught(() => verifyPack(bytes));
        expect(fault.name).toBe("Fault");
        seen.add(fault.code);
        bytes[i] ^= flip;
      }
    }
    expect([...seen].sort()).toEqual([
      "pack/bad-header",
      "pack/changed",
      "pack/changed-part",
      "pack/not-a-pack",
      "pack/truncated",
    ]);
    verifyPack(bytes);
  });

  it("is refused when any byte of any pack becomes any other", () => {
    fc.assert(
      fc.property(anyParts, fc.nat(), fc.integer({ min: 1, max: 255 }), (parts, at, flip) => {
        const bytes = packBytes(parts);
        bytes[at % bytes.length] ^= flip;
        expect(caught(() => verifyPack(bytes)).code).toMatch(/^pack\//);
        const source = { size: bytes.length, read: (from: number, n: number) => bytes.subarray(from, from + n) };
        expect(caught(() => verifySource(source, () => false)).code).toMatch(/^pack\//);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when cut off anywhere, or when anything is added", () => {
    const bytes = packBytes(example);
    for (let n = 0; n < bytes.length; n++) {
      expect(caught(() => verifyPack(bytes.subarray(0, n))).code).toBe(n < 8 ? "pack/not-a-pack" : "pack/truncated");
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(caught(() => verifyPack(longer)).code).toBe("pack/changed");
  });

  it("names the part that was changed, and the file", () => {
    const path = join(folder(), "changed.whittle");
    const bytes = packBytes(example);
    bytes[layout(example).entries[2].offset + 7] ^= 1;
    writeFileSync(path, bytes);
    const fault = caught(() => readPack(path));
    expect(fault.code).toBe("pack/changed-part");
    expect(fault.where).toBe(`${path}, part features/terms.bin`);
    expect(fault.remedy).toBeDefined();
  });

  it("in a file keeps its programs there, and reads them when they are asked for", () => {
    const path = join(folder(), "file.whittle");
    const program = Uint8Array.from({ length: 600_000 }, (_, i) => i % 251);
    const parts = [...example.slice(0, 3), { name: "model.onnx", bytes: program }];
    const { entries } = writePack(path, parts);
    const read = readPack(path).parts as FileParts;
    expect([...read].map(([name, bytes]) => `${name} ${sha256(bytes)}`)).toEqual(
      parts.map(({ name, bytes }) => `${name} ${sha256(bytes)}`),
    );
    expect([...read.values()].map((bytes) => bytes.length)).toEqual(parts.map(({ bytes }) => bytes.length));
    expect([read.size, read.has("model.onnx"), read.get("none")]).toEqual([4, true, undefined]);
    const { offset, bytes } = entries[3];
    expect(read.place("model.onnx")).toMatchObject({ path, part: { offset, bytes } });
    expect(read.place("pack.json")).toBeUndefined();
    writePack(path, [{ name: "model.onnx", bytes: program }]);
    expect(caught(() => read.get("model.onnx")).code).toBe("pack/changed");
    expect(read.get("pack.json")).toEqual(example[0].bytes);
    rmSync(path);
    expect(caught(() => read.get("model.onnx")).code).toBe("disk/missing");
  });

  it("says what else it may be", () => {
    const path = join(folder(), "other");
    writeFileSync(path, "");
    expect(caught(() => readPack(path)).code).toBe("pack/not-a-pack");
    writeFileSync(path, "%PDF-1.7 something else");
    expect(caught(() => readPack(path)).code).toBe("pack/not-a-pack");
    writeFileSync(path, "WHITTLE2 and what that may bring");
    expect(caught(() => readPack(path)).code).toBe("pack/newer");
    expect(caught(() => readPack(join(folder(), "none"))).code).toBe("disk/missing");
    expect(caught(() => readPack(path, 10)).code).toBe("disk/too-large");
    mkdirSync(join(empty(), ".whittle"));
    expect(caught(() => readPack(empty())).remedy).toBe("name a .whittle file that whittle make has left");
    writeFileSync(join(folder(), "a.whittle"), "");
    expect(caught(() => readPack(folder()))).toMatchObject({
      code: "disk/is-a-folder",
      where: folder(),
      remedy: `name ${join(folder(), "a.whittle")}`,
    });
  });
});

describe("a header that lies, with a hash that fits", () => {
  const hash = sha256("");
  const entry = { bytes: 0, name: "a", offset: 192, sha256: hash };
  const lies: readonly [string, unknown][] = [
    ["is no JSON", undefined],
    ["is an array", []],
    ["lists no parts", { parts: 3 }],
    ["claims a petabyte", { parts: [{ ...entry, bytes: 1e15 }] }],
    ["has a negative length", { parts: [{ ...entry, bytes: -1 }] }],
    ["has half a byte", { parts: [{ ...entry, bytes: 0.5 }] }],
    ["points outside", { parts: [{ ...entry, offset: 1e9 }] }],
    ["points at itself", { parts: [{ ...entry, offset: 0 }] }],
    ["overlaps", { parts: [entry, { ...entry, name: "b", bytes: 9 }] }],
    ["names a part twice", { parts: [entry, entry] }],
    ["leads out of the folder", { parts: [{ ...entry, name: "../a" }] }],
    ["names nothing", { parts: [{ ...entry, name: "" }] }],
    ["has no hash", { parts: [{ ...entry, sha256: "0" }] }],
    ["has a field too many", { parts: [], extra: 1 }],
    ["has a null part", { parts: [null] }],
  ];
  it.each(lies)("%s: refused", (_, header) => {
    const bytes = withHeader(header === undefined ? "{" : JSON.stringify(header), new Uint8Array(300));
    expect(caught(() => verifyPack(bytes)).code).toMatch(/^pack\/(bad-header|truncated)$/);
  });

  it("claims to be longer than headers may be: refused before it is read", () => {
    const bytes = withHeader('{"parts":[]}');
    new DataView(bytes.buffer).setUint32(8, 0xffffffff, true);
    expect(caught(() => verifyPack(bytes)).code).toBe("pack/bad-header");
  });
});

describe("writing", () => {
  it.each(["", "..", "a/../b", "/a", "A", "a b", "a\\b", "x".repeat(201), ".hidden"])(
    "refuses the part name %j",
    (name) => {
      expect(caught(() => layout([{ name, bytes: new Uint8Array(0) }])).code).toBe("pack/part-name");
    },
  );

  it("refuses two parts of one name, and more parts than a header holds", () => {
    expect(caught(() => layout([example[0], example[0]])).code).toBe("pack/part-name");
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `part-${i}`, bytes: new Uint8Array(0) }));
    expect(caught(() => layout(many)).code).toBe("pack/too-many-parts");
  });

  it("holds its own offsets, however long their digits", () => {
    const draw = random(1, "offsets");
    for (let i = 0; i < 30; i++) {
      const parts = Array.from({ length: 1 + draw.below(40) }, (_, k) => ({
        name: `p${k}`,
        bytes: new Uint8Array(draw.below(2000)),
      }));
      expect(verifyPack(packBytes(parts)).parts.size).toBe(parts.length);
    }
  });
});
