import { describe, expect, it } from "vitest";
import { memoryStore } from "../../store/memory/store.ts";
import { keyOf, remembered } from "./memo.ts";

const bytes = (...b: number[]): Uint8Array => new Uint8Array(b);

describe("remembered", () => {
  it("computes once, and gives the same record both times", async () => {
    const store = memoryStore();
    let runs = 0;
    const step = (): Promise<object> =>
      remembered(store, "split", { seed: 1 }, () => ({ runs: ++runs, none: undefined }));
    const first = await step();
    expect(Object.keys(first)).toEqual(["runs"]);
    expect(await step()).toEqual({ runs: 1 });
    expect(runs).toBe(1);
    expect(store.list("split").map((r) => r.key)).toEqual([keyOf("split", { seed: 1 })]);
  });

  it("computes anew for another stage or input, whatever the order of fields", async () => {
    const store = memoryStore();
    let runs = 0;
    for (const stage of ["split", "train"])
      for (const seed of [1, 2])
        for (const engine of ["a", "b"]) {
          await remembered(store, stage, { seed, engine, not: undefined }, () => ++runs);
          await remembered(store, stage, { engine, seed }, () => ++runs);
        }
    expect(runs).toBe(8);
  });

  it("remembers null, and nothing of what failed", async () => {
    const store = memoryStore();
    await expect(remembered(store, "train", 1, () => Promise.reject(new Error("stopped")))).rejects.toThrow("stopped");
    expect(store.list("train")).toEqual([]);
    expect(await remembered(store, "train", 1, () => null)).toBeNull();
    expect(await remembered<number | null>(store, "train", 1, () => 2)).toBeNull();
  });

  it("computes again when a blob that the record stands on is gone", async () => {
    const store = memoryStore();
    let runs = 0;
    const step = (): Promise<{ part: string }> =>
      remembered(
        store,
        "train",
        1,
        () => {
          runs++;
          return { part: store.blobs.put(bytes(1, 2)) };
        },
        { blobs: (r) => [r.part] },
      );
    await step();
    const { part } = await step();
    expect(runs).toBe(1);
    store.blobs.delete(part);
    await step();
    expect(runs).toBe(2);
    expect([...store.blobs.get(part)]).toEqual([1, 2]);
  });

  it("refuses inputs that have no one text", async () => {
    await expect(remembered(memoryStore(), "train", { rows: new Set([1]) }, () => 1)).rejects.toMatchObject({
      code: "store/not-json",
    });
  });
});

describe("a checkpoint", () => {
  it("is what the next run finds after a stop, and is gone once the step is remembered", async () => {
    const store = memoryStore();
    const seen: (number[] | undefined)[] = [];
    const train = (stopAfter: number): Promise<number[]> =>
      remembered(store, "train", "recipe", (checkpoint) => {
        const found = checkpoint.load();
        seen.push(found && [...found]);
        const epochs = found ? [...found] : [];
        while (epochs.length < 4) {
          epochs.push(epochs.length);
          checkpoint.save(Uint8Array.from(epochs));
          if (epochs.length === stopAfter) throw new Error("killed");
        }
        return epochs;
      });
    await expect(train(2)).rejects.toThrow("killed");
    const saved = store.list<{ blob: string }>("checkpoint");
    expect(saved).toHaveLength(1);
    expect(await train(9)).toEqual([0, 1, 2, 3]);
    expect(seen).toEqual([undefined, [0, 1]]);
    expect(store.list("checkpoint")).toEqual([]);
    expect(store.blobs.has(saved[0].record.blob)).toBe(false);
  });

  it("belongs to its step alone, and equal states of two steps do not touch each other", async () => {
    const store = memoryStore();
    const stop = (seed: number): Promise<unknown> =>
      remembered(store, "train", { seed }, (checkpoint) => {
        if (checkpoint.load() !== undefined) return seed;
        checkpoint.save(bytes(7, 7));
        throw new Error("killed");
      });
    await expect(stop(1)).rejects.toThrow("killed");
    await expect(stop(2)).rejects.toThrow("killed");
    await expect(stop(1)).resolves.toBe(1);
    await expect(stop(2)).resolves.toBe(2);
  });

  it("left behind by a kill between remembering and tidying is tidied on the next visit", async () => {
    const store = memoryStore();
    await remembered(store, "train", 1, () => "done");
    const blob = store.blobs.put(bytes(1));
    store.remember("checkpoint", `train ${keyOf("train", 1)}`, { blob });
    await remembered(store, "train", 1, () => "again");
    expect(store.list("checkpoint")).toEqual([]);
    expect(store.blobs.has(blob)).toBe(false);
  });

  it("whose bytes are gone counts as none", async () => {
    const store = memoryStore();
    await remembered(store, "train", 1, (checkpoint) => {
      checkpoint.save(bytes(1));
      store.blobs.delete(store.list<{ blob: string }>("checkpoint")[0].record.blob);
      expect(checkpoint.load()).toBeUndefined();
      return 1;
    });
  });
});
