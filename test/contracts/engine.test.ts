import * as ort from "onnxruntime-web";
import { afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { random } from "../../src/base/random.ts";
import { float32, int64 } from "../../src/base/tensor.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { oracle } from "../../src/engine/oracle/index.ts";
import type { Engine, LoadOptions } from "../../src/engine/port.ts";
import { onnxruntimeWeb } from "../../src/engine/web/index.ts";
import { builder, toOnnx } from "../../src/graph/index.ts";

/** The laws of src/engine/port.ts, for every engine and every thread that it offers. */
const engines: readonly [string, Engine, LoadOptions][] = [
  ["onnxruntime, here", onnxruntime(), { thread: "here" }],
  ["onnxruntime, in a worker", onnxruntime(), { thread: "worker" }],
  ["onnxruntime-web, in WebAssembly", onnxruntimeWeb(ort), {}],
  ["oracle", oracle(), {}],
];

/** scores = table[ids] · w, and w grows by `rate` each run. */
function counting(): Uint8Array {
  const b = builder("counting");
  const ids = b.input("ids", "int64", ["batch", "length"]);
  const w = b.input("w", "float32", [4, 2]);
  const rate = b.input("rate", "float32", []);
  const table = b.parameter("table", float32([3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0.5, 0.5, 0.5, 0.5]));
  b.output("scores", b.op("MatMul", [b.op("Gather", [table, ids]), w]));
  b.output("next", b.op("Add", [w, rate]));
  return toOnnx(b.finish());
}

/** A product of n² · n · depth: long enough to be stopped. */
function slow(depth: number): Uint8Array {
  const b = builder("slow");
  const x = b.input("x", "float32", ["n", "n"]);
  let y = x;
  for (let i = 0; i < depth; i++) y = b.op("MatMul", [y, x]);
  b.output("y", y);
  return toOnnx(b.finish());
}

const w = float32([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const feeds = { ids: int64([1, 3], [0, 1, 2]), rate: float32([], [0.5]) };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "no fault";
}

describe.each(engines)("%s", (_, engine, options) => {
  afterAll(() => engine.close());

  it("names its ports, with symbolic dimensions by name", async () => {
    const program = await engine.load(counting(), options);
    expect(program.inputs).toEqual([
      { name: "ids", type: "int64", dims: ["batch", "length"] },
      { name: "w", type: "float32", dims: [4, 2] },
      { name: "rate", type: "float32", dims: [] },
    ]);
    expect(program.outputs.map((port) => port.name)).toEqual(["scores", "next"]);
    await program.close();
  });

  it("runs, returns what is asked for, and gives the same bits again", async () => {
    const program = await engine.load(counting(), options);
    const first = await program.run({ ...feeds, w });
    expect(first.scores).toEqual(float32([1, 3, 2], [1, 2, 3, 4, 8, 10]));
    expect(first.next.data[7]).toBe(8.5);
    const second = await program.run({ ...feeds, w }, { fetch: ["scores"] });
    expect(second).toEqual({ scores: first.scores });
    await program.close();
  });

  it("leaves the feeds as they were and usable", async () => {
    const program = await engine.load(counting(), options);
    const bytes = new Float32Array(16).fill(1);
    const view = float32([4, 2], bytes.subarray(8));
    await program.run({ ...feeds, w: view });
    expect(bytes).toEqual(new Float32Array(16).fill(1));
    await program.close();
  });

  it("keeps residents between runs, replaces them by their next values, and owns them", async () => {
    const value = float32([4, 2], Float32Array.from(w.data));
    const program = await engine.load(counting(), { ...options, resident: [{ input: "w", next: "next", value }] });
    value.data.fill(99);
    const first = await program.run(feeds);
    expect(Object.keys(first)).toEqual(["scores"]);
    expect([...(first.scores.data as Float32Array)]).toEqual([1, 2, 3, 4, 8, 10]);
    const read = await program.read("w");
    expect(read.data[0]).toBe(1.5);
    read.data[0] = 77;
    const second = await program.run(feeds, { fetch: ["next"] });
    expect(second.next.data[0]).toBe(2);
    await program.write("w", w);
    expect((await program.read("w")).data).toEqual(w.data);
    expect(await codeOf(program.run({ ...feeds, w }))).toBe("engine/feed-resident");
    expect(await codeOf(program.read("v"))).toBe("engine/resident");
    expect(await codeOf(program.write("w", float32([2], [1, 2])))).toBe("engine/feed-shape");
    await program.close();
  });

  it("runs calls in their order, awaited or not", async () => {
    const program = await engine.load(counting(), {
      ...options,
      resident: [{ input: "w", next: "next", value: float32([4, 2], new Float32Array(8)) }],
    });
    const runs = await Promise.all([1, 2, 3, 4].map(() => program.run(feeds, { fetch: ["next"] })));
    expect(runs.map((run) => run.next.data[0])).toEqual([0.5, 1, 1.5, 2]);
    await program.close();
  });

  it.each<[string, Record<string, Tensor>, RegExp]>([
    ["engine/feed-unknown", { ...feeds, w, idz: feeds.ids }, /"idz"/],
    ["engine/feed-missing", { ids: feeds.ids, w }, /"rate"/],
    ["engine/feed-type", { ...feeds, w, ids: float32([1, 1], [0]) }, /"ids" takes int64 and was given float32/],
    ["engine/feed-shape", { ...feeds, w: float32([2, 4], w.data) }, /\[2, 4\].*"w"/],
    ["engine/feed-shape", { ...feeds, w, ids: int64([3], [0, 1, 2]) }, /\[3\].*"ids"/],
    ["engine/feed-shape", { ...feeds, w: { type: "float32", dims: [4, 2], data: new Float32Array(3) } }, /3 elements/],
  ])("refuses a feed with %s", async (code, bad, message) => {
    const program = await engine.load(counting(), options);
    const refused = await program.run(bad).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Fault);
    expect((refused as Fault).code).toBe(code);
    expect((refused as Fault).message).toMatch(message);
    expect(Object.keys(await program.run({ ...feeds, w }))).toEqual(["scores", "next"]);
    await program.close();
  });

  it("binds one symbolic name to one size, and refuses outputs and residents that are not there", async () => {
    const square = await engine.load(slow(1), options);
    expect(await codeOf(square.run({ x: float32([1, 2], [1, 2]) }))).toBe("engine/feed-shape");
    expect(await codeOf(square.run({ x: float32([1, 1], [2]) }, { fetch: ["z"] }))).toBe("engine/fetch-unknown");
    await square.close();
    const resident = [{ input: "w", next: "nxt", value: w }];
    expect(await codeOf(engine.load(counting(), { ...options, resident }))).toBe("engine/resident");
  });

  it("refuses a run after close, and lets it be closed twice", async () => {
    const program = await engine.load(counting(), options);
    await program.close();
    await program.close();
    expect(await codeOf(program.run({ ...feeds, w }))).toBe("engine/closed");
  });

  it("refuses a run whose signal has aborted or whose deadline has passed, and runs on afterwards", async () => {
    const program = await engine.load(counting(), options);
    expect(await codeOf(program.run({ ...feeds, w }, { signal: AbortSignal.abort() }))).toBe("engine/cancelled");
    expect(await codeOf(program.run({ ...feeds, w }, { deadlineMs: 0 }))).toBe("engine/deadline");
    expect((await program.run({ ...feeds, w })).scores.dims).toEqual([1, 3, 2]);
    await program.close();
  });

  it("refuses a run when the process is above its memory limit", async () => {
    const program = await engine.load(counting(), { ...options, memoryLimit: 1 });
    expect(await codeOf(program.run({ ...feeds, w }))).toBe("memory/resident");
    await program.close();
  });

  it("refuses a model that does not load, with the engine's own reason", async () => {
    const bytes = random(1, "not a model");
    const noise = Uint8Array.from({ length: 64 }, () => bytes.below(256));
    const fault = await engine.load(noise, options).then(
      () => undefined,
      (error: unknown) => error as Fault,
    );
    expect(fault?.code).toBe("engine/load");
    expect(fault?.why).toBeTruthy();
  });
});

describe("onnxruntime, in a worker", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());
  const n = 512;
  const x = float32([n, n], new Float32Array(n * n));

  it("is stopped in the middle of a run, and the next run has a new worker", async () => {
    const program = await engine.load(slow(150));
    const small = float32([1, 1], [1]);
    await program.run({ x: small });
    expect(await codeOf(program.run({ x }, { deadlineMs: 30 }))).toBe("engine/deadline");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    expect(await codeOf(program.run({ x }, { signal: stop.signal }))).toBe("engine/cancelled");
    expect((await program.run({ x: small })).y.data[0]).toBe(1);
    await program.close();
  });

  it("keeps the caller's thread live", async () => {
    const program = await engine.load(slow(60));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 2);
    await program.run({ x });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    await program.close();
  });

  it("says that residents are lost after a run was stopped, rather than going on from older values", async () => {
    const program = await engine.load(slow(150), { resident: [{ input: "x", value: x }] });
    expect(await codeOf(program.run({}, { deadlineMs: 30 }))).toBe("engine/deadline");
    expect(await codeOf(program.run({}))).toBe("engine/lost");
    expect(await codeOf(program.read("x"))).toBe("engine/lost");
    await program.close();
  });
});
