import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonical, sha256 } from "../../src/base/hash.ts";
import { memoryStore } from "../../src/store/memory/store.ts";
import type { Store } from "../../src/store/port.ts";
import { openStore } from "../../src/store/sqlite/store.ts";

/** Every store keeps the laws of src/store/port.ts; the law's number stands before each test. */
const doors: readonly { name: string; open: () => { store: Store; remove: () => void } }[] = [
  { name: "memory", open: () => ({ store: memoryStore(ticking()), remove: () => undefined }) },
  {
    name: "sqlite",
    open: () => {
      const folder = mkdtempSync(join(tmpdir(), "store-"));
      return {
        store: openStore(folder, { mode: "write", clock: ticking() }),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
];

/** A clock that goes on a second with every look. */
function ticking(): { now: () => number; date: () => Date } {
  let t = 0;
  return { now: () => t, date: () => new Date(Date.UTC(2001, 0, 1) + 1000 * t++) };
}

const fault = (code: string): unknown => expect.objectContaining({ name: "Fault", code }) as unknown;

describe.each(doors)("the $name store", ({ open }) => {
  let store: Store;
  let remove: () => void;
  beforeEach(() => ({ store, remove } = open()));
  afterEach(() => {
    store.close();
    remove();
  });

  it("recalls what was remembered and nothing else", () => {
    expect(store.recall("split", "k")).toBeUndefined();
    store.remember("split", "k", { rows: [1, 2] });
    expect(store.recall("split", "k")).toEqual({ rows: [1, 2] });
    expect(store.recall("data", "k")).toBeUndefined();
    expect(store.recall("split", "K")).toBeUndefined();
  });

  it("keeps stage and key apart, whatever letters they hold", () => {
    store.remember("a", "b\u0000c", 1);
    store.remember("a\u0000b", "c", 2);
    store.remember("a'; DROP TABLE record; --", '","', 3);
    expect([store.recall("a", "b\u0000c"), store.recall("a\u0000b", "c")]).toEqual([1, 2]);
    expect(store.recall("a'; DROP TABLE record; --", '","')).toBe(3);
  });

  it("remembering again replaces, and makes it the newest", () => {
    for (const key of ["a", "b", "a"]) store.remember("s", key, key);
    store.remember("other", "c", null);
    expect(store.list("s").map((r) => r.key)).toEqual(["b", "a"]);
    const [first, second] = store.list<string>("s");
    expect(second.record).toBe("a");
    expect(first.at < second.at).toBe(true);
    expect(second.at).toMatch(/^2001-01-01T00:00:\d\d\.000Z$/);
  });

  it("forgets, and its log remembers that it did", () => {
    store.remember("checkpoint", "k", { epoch: 3 });
    store.forget("checkpoint", "k");
    store.forget("checkpoint", "k");
    expect(store.recall("checkpoint", "k")).toBeUndefined();
    expect(store.log().map((l) => `${l.what} ${l.stage} ${l.key}`)).toEqual([
      "remembered checkpoint k",
      "forgot checkpoint k",
    ]);
  });

  it("1, 3: any JSON comes back equal, and a copy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        store.remember("s", "k", value);
        expect(canonical(store.recall("s", "k"))).toBe(canonical(value));
      }),
      { numRuns: 40 },
    );
    const record = { rows: [1] };
    store.remember("s", "k", record);
    record.rows.push(2);
    store.recall<typeof record>("s", "k")?.rows.push(3);
    expect(store.recall("s", "k")).toEqual({ rows: [1] });
  });

  it("2: equal bytes give the equal hash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const name = store.blobs.put(bytes);
        expect(name).toBe(sha256(bytes));
        expect(store.blobs.put(Uint8Array.from(bytes))).toBe(name);
        expect(store.blobs.get(name)).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  it("3: a blob is a copy both ways", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const name = store.blobs.put(bytes);
    bytes[0] = 9;
    store.blobs.get(name)[1] = 9;
    expect([...store.blobs.get(name)]).toEqual([1, 2, 3]);
  });

  it.each([
    ["NaN", { a: [1, { b: NaN }] }, "a[1].b"],
    ["Infinity", Infinity, "the record itself"],
    ["a Map", { m: new Map() }, "m"],
    ["a typed array", { w: new Float32Array(2) }, "w"],
    ["a date", { at: new Date(0) }, "at"],
    ["a bigint", [1n], "[0]"],
    ["nothing", undefined, "the record itself"],
    ["a hole", [1, , 2], "[1]"], // eslint-disable-line no-sparse-arrays
  ])("4: refuses %s rather than bend it", (_, record, where) => {
    expect(() => store.remember("s", "k", record)).toThrow(fault("store/not-json"));
    try {
      store.remember("s", "k", record);
    } catch (error) {
      expect((error as { where: string }).where).toBe(where);
    }
    expect(store.recall("s", "k")).toBeUndefined();
    expect(store.log()).toEqual([]);
  });

  it("leaves out fields that are undefined", () => {
    store.remember("s", "k", { a: 1, b: undefined });
    expect(store.recall("s", "k")).toEqual({ a: 1 });
  });

  it("says which blob is missing, and deletes", () => {
    const name = store.blobs.put(new Uint8Array([1]));
    expect(store.blobs.has(name)).toBe(true);
    store.blobs.delete(name);
    store.blobs.delete(name);
    expect(store.blobs.has(name)).toBe(false);
    expect(() => store.blobs.get(name)).toThrow(fault("store/missing-blob"));
  });

  it.each(["", "../../etc/passwd", "A".repeat(64), "0".repeat(63)])("refuses %j as the name of a blob", (name) => {
    expect(() => store.blobs.get(name)).toThrow(fault("store/blob-name"));
    expect(() => store.blobs.has(name)).toThrow(fault("store/blob-name"));
    expect(() => store.blobs.delete(name)).toThrow(fault("store/blob-name"));
  });

  it("6: is closed when it is closed", () => {
    const name = store.blobs.put(new Uint8Array([1]));
    store.close();
    store.close();
    const acts: (() => unknown)[] = [
      () => store.recall("s", "k"),
      () => store.remember("s", "k", 1),
      () => store.forget("s", "k"),
      () => store.list("s"),
      () => store.log(),
      () => store.blobs.get(name),
      () => store.blobs.put(new Uint8Array([2])),
      () => store.blobs.has(name),
      () => store.blobs.delete(name),
    ];
    for (const act of acts) expect(act).toThrow(fault("store/closed"));
  });
});
