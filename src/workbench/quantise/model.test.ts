import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../base/fault.ts";
import { silent } from "../../base/progress.ts";
import { random } from "../../base/random.ts";
import { float32 } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { builder, type Graph, toOnnx } from "../../graph/index.ts";
import { defaultMargins } from "../../stages/task/margins.ts";
import { quantiseModel, type QuantiseOutcome, type QuantiseQuestion } from "./model.ts";

const engine = onnxruntime();
const root = mkdtempSync(join(tmpdir(), "whittle-quantise-"));
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true });
});

let folder: string;
let count = 0;
beforeEach(() => mkdirSync((folder = join(root, String(count++)))));
const at = (name: string): string => join(folder, name);
const draw = random(1, "quantise test");
const numbers = (n: number, scale = 1): number[] => Array.from({ length: n }, () => scale * draw.normal());

/** 64 numbers, a hidden layer, three labels; beside it a large weight that an Add reads. */
function classifier(): Graph {
  const b = builder("classifier");
  const x = b.input("x", "float32", ["rows", 64]);
  const shift = b.parameter("shift", float32([40, 64], numbers(40 * 64, 0.01)));
  const table = b.op("ReduceMean", [shift, b.ints([0])], { keepdims: 1 });
  const hidden = b.op("MatMul", [b.op("Add", [x, table]), b.parameter("w", float32([64, 48], numbers(64 * 48, 0.2)))]);
  const v = b.parameter("v", float32([48, 32], numbers(48 * 32, 0.2)));
  const deep = b.op("MatMul", [b.op("Max", [hidden, b.scalar(0)]), v]);
  b.output("logits", b.op("MatMul", [deep, b.parameter("head", float32([32, 3], numbers(96, 0.3)))]));
  return b.finish();
}

const model = classifier();
const rowsText = (n: number, label?: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) =>
    JSON.stringify({ x: numbers(64), ...(label && { kind: label(i), side: i % 2 ? "left" : "right" }) }),
  ).join("\n");
const inputs = rowsText(40);
const labelled = rowsText(60, (i) => "abc"[i % 3]);
const adapter = {
  inputs: { x: { take: "numbers" } },
  output: { name: "logits", holds: "logits" },
  labels: ["a", "b", "c"],
  label: "kind",
  slices: ["side"],
};

/** Quantises what was written to the folder; `files` are written first. */
async function quantised(
  question: Partial<QuantiseQuestion>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<QuantiseOutcome> {
  if (!existsSync(at("model.onnx"))) writeFileSync(at("model.onnx"), toOnnx(model));
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  const asked = { model: at("model.onnx"), to: "int8", settings: {}, margins: defaultMargins, seed: 0 } as const;
  return quantiseModel({ ...asked, ...question }, { engine, progress: silent });
}

async function fault(work: Promise<unknown>): Promise<Pick<Fault, "code" | "message" | "why" | "where" | "remedy">> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect((error as Error | undefined)?.name).toBe("Fault");
  return error as Fault;
}

describe("a model is quantised", () => {
  it("in every form, beside its source, under the hub's names", async () => {
    const files = { "in.jsonl": inputs };
    const calibrate = at("in.jsonl");
    for (const [to, name] of [
      ["fp16", "model_fp16.onnx"],
      ["int8", "model_int8.onnx"],
      ["int8-dynamic", "model_quantized.onnx"],
      ["int8-static", "model_quantized.onnx"],
      ["int8-block", "model_q8.onnx"],
      ["int4-block", "model_q4.onnx"],
    ] as const) {
      const { source, written, report } = await quantised({ to, calibrate, settings: { otherwise: "fp16" } }, files);
      expect(written?.files).toEqual([at(name)]);
      expect(written?.bytes).toBe(readFileSync(at(name)).length);
      expect(written?.bytes).toBeLessThan(source.bytes * 0.6);
      expect(report?.nodes.filter((n) => n.to === to).length).toBeGreaterThanOrEqual(2);
      await (await engine.load({ path: at(name) })).close();
    }
  });

  it("with what is left alone listed: too few weights, read by no operator that a form knows, kept", async () => {
    const { report } = await quantised({ to: "int4-block", settings: { keep: ["v"] } });
    const reasons = Object.fromEntries(report?.nodes.map((n) => [n.weight, `${n.to}: ${n.reason}`]) ?? []);
    expect(reasons).toEqual({
      w: "int4-block: undefined",
      v: "fp32: kept",
      head: "fp32: 96 elements are fewer than 1024",
      shift: "fp32: read by ReduceMean, not as a weight of a product, convolution, recurrence or table",
    });
  });

  it("to a named file or folder, never over its source", async () => {
    mkdirSync(at("small"));
    expect((await quantised({ out: at("small") })).written?.path).toBe(join(folder, "small", "model_int8.onnx"));
    const fresh = await quantised({ out: join(folder, "fresh", "er") + "/" });
    expect(fresh.written?.path).toBe(join(folder, "fresh", "er", "model_int8.onnx"));
    expect((await quantised({ out: at("other.onnx") })).written?.path).toBe(at("other.onnx"));
    const before = readFileSync(at("model.onnx"));
    expect(await fault(quantised({ out: at("model.onnx") }))).toMatchObject({ code: "quantise/source" });
    symlinkSync(at("model.onnx"), at("link.onnx"));
    expect(await fault(quantised({ out: at("link.onnx") }))).toMatchObject({ code: "quantise/source" });
    expect(readFileSync(at("model.onnx"))).toEqual(before);
  });

  it("mixed: the smallest within the damage, measured on rows that did not choose the codes", async () => {
    const question = { to: "mixed", calibrate: at("in.jsonl"), settings: { rounding: "gptq" } } as const;
    const { written, search, calibration } = await quantised({ ...question, limit: 0.01 }, { "in.jsonl": inputs });
    expect(calibration).toMatchObject({ observed: 20, measured: 20 });
    expect(search?.best?.damage).toBeLessThanOrEqual(0.01);
    expect(search?.sensitivities.map((s) => `${s.weight} ${s.to}`)).toEqual(
      expect.arrayContaining(["w int8", "w int4-block", "v int8", "v int4-block"]),
    );
    expect(written?.path).toBe(at("model_mixed.onnx"));
    const none = await quantised({ ...question, limit: 1e-12 });
    expect(none).toMatchObject({ written: null, report: null, search: { best: null } });
  });
});

describe("it is judged", () => {
  const files = { "adapter.json": JSON.stringify(adapter), "rows.jsonl": labelled };
  const question = (): Partial<QuantiseQuestion> => ({ adapter: at("adapter.json"), data: at("rows.jsonl") });

  it("on labelled rows: the damage by slice, and how often it agrees with its parent", async () => {
    const { judged } = await quantised({ ...question(), to: "int4-block" }, files);
    expect(judged?.rows).toBe(60);
    expect(judged?.damage).toMatchObject({
      n: 60,
      parent: { name: at("model.onnx") },
      child: { name: at("model_q4.onnx") },
    });
    const slices = judged?.damage?.slices.map((s) => s.name);
    expect(slices).toEqual(expect.arrayContaining(["side=left", "side=right", "label=a"]));
    expect(slices?.some((name) => name.startsWith("length="))).toBe(false);
    expect(judged?.agreement.labels.reduce((sum, l) => sum + l.n, 0)).toBe(60);
    expect(judged?.agreement.divergence).toBeGreaterThan(0);
  });

  it("without labels by agreement alone; an unknown label is refused, the nearest named", async () => {
    const { label: _, ...plain } = adapter;
    const { judged } = await quantised(question(), { ...files, "adapter.json": JSON.stringify(plain) });
    expect(judged).toMatchObject({ rows: 60, damage: null });
    const rows = `${rowsText(3, () => "a")}\n${rowsText(1, () => "A")}`;
    const odd = await quantised(question(), { ...files, "rows.jsonl": rows });
    expect(odd.judged).toMatchObject({ rows: 3, refused: { count: 1, listed: [{ line: 4 }] } });
    expect(odd.judged?.refused.listed[0].why).toContain('does not know the label "A"');
    const none = fault(quantised(question(), { ...files, "rows.jsonl": rowsText(2, () => "unheard of") }));
    expect(await none).toMatchObject({
      code: "quantise/no-rows",
      why: expect.stringContaining("unheard of") as string,
    });
  });

  it("only by an output of one row a label", async () => {
    const told = (change: object): Promise<unknown> =>
      fault(quantised(question(), { ...files, "adapter.json": JSON.stringify({ ...adapter, ...change }) }));
    expect(await told({ labels: ["a", "b"] })).toMatchObject({
      code: "adapter/output",
      message: 'the output "logits" is float32 [rows, 3], and [rows, 2 labels] in floating numbers is wanted',
    });
    expect(await told({ output: { name: "y", holds: "logits" } })).toMatchObject({
      code: "adapter/output",
      why: "its outputs are logits",
    });
  });

  it("only by what the output holds, and by columns that rows have", async () => {
    const told = (change: object): Promise<unknown> =>
      fault(quantised(question(), { ...files, "adapter.json": JSON.stringify({ ...adapter, ...change }) }));
    expect(await told({ output: { name: "logits", holds: "probabilities" } })).toMatchObject({
      code: "adapter/output",
      remedy: expect.stringContaining('"holds": "logits"') as string,
    });
    expect(await told({ slices: ["sid"] })).toMatchObject({ code: "adapter/column", remedy: 'did you mean "side"?' });
  });

  it("not on rows that the model itself has no number for", async () => {
    const far = JSON.stringify({ x: Array(64).fill(1e38), kind: "a" });
    const { judged } = await quantised(question(), { ...files, "rows.jsonl": `${far}\n${labelled}` });
    expect(judged).toMatchObject({ rows: 60, refused: { count: 1, listed: [{ line: 1 }] } });
    const mixed = { to: "mixed", calibrate: at("far.jsonl") } as const;
    expect(await fault(quantised(mixed, { "far.jsonl": far }))).toMatchObject({ code: "quantise/outputs" });
  });

  it("never without an adapter", async () => {
    expect(await fault(quantised({ data: at("rows.jsonl") }, files))).toMatchObject({ code: "usage/adapter" });
  });
});

describe("calibration", () => {
  const to = "int8-static" as const;

  it("refuses rows that do not fit by their line, and goes on", async () => {
    const text = ['{"x": [1, 2]}', inputs.split("\n")[0], "garbage", "", "[1]", '{"y": 1}'].join("\n");
    const { calibration } = await quantised({ to, calibrate: at("in.jsonl") }, { "in.jsonl": text });
    expect(calibration).toMatchObject({ observed: 1, refused: { count: 4 } });
    expect(calibration?.refused.listed).toEqual([
      { line: 1, why: '"x": it is [2], and the model takes float32 [rows, 64]' },
      { line: 3, why: expect.stringContaining("not JSON") as string },
      { line: 5, why: "it is JSON and no object" },
      { line: 6, why: 'there is no "x"' },
    ]);
  });

  it("is a fault where no row fits, and where none is given", async () => {
    const none = await fault(quantised({ to, calibrate: at("in.jsonl") }, { "in.jsonl": '{"x": [1]}\n' }));
    expect(none).toMatchObject({ code: "quantise/no-rows", where: `${at("in.jsonl")}:1` });
    expect(await fault(quantised({ to }))).toMatchObject({ code: "usage/calibrate" });
    expect(existsSync(at("model_quantized.onnx"))).toBe(false);
  });
});

describe("bad models", () => {
  const put = (bytes: Uint8Array | string): void => writeFileSync(at("model.onnx"), bytes);

  it("with a weight that is not a number are refused", async () => {
    const b = builder("nan");
    const w = float32([64, 32], numbers(2048));
    w.data[77] = NaN;
    b.output("y", b.op("MatMul", [b.input("x", "float32", ["n", 64]), b.parameter("w", w)]));
    put(toOnnx(b.finish()));
    for (const to of ["int8", "int4-block", "fp16"] as const)
      expect(await fault(quantised({ to }))).toMatchObject({
        code: "graph/not-finite",
        where: expect.stringContaining("77") as string,
      });
  });

  it("cut short, or of another kind, are refused", async () => {
    const whole = toOnnx(model);
    for (const bytes of [whole.subarray(0, 3000), whole.subarray(0, whole.length - 9), "OGGS and so on", ""]) {
      put(bytes);
      expect((await fault(quantised({}))).code).toMatch(/^graph\/(wire|opset|tensor)$/);
    }
    expect(await fault(quantised({ model: at("none.onnx") }))).toMatchObject({ code: "disk/missing" });
  });

  it("narrower than a block are taken as one short block, or left and listed", async () => {
    const b = builder("narrow");
    const h = b.op("MatMul", [b.input("x", "float32", ["n", 8]), b.parameter("w", float32([8, 160], numbers(1280)))]);
    b.output("y", h);
    put(toOnnx(b.finish()));
    const { report, written } = await quantised({ to: "int4-block", settings: { block: 32 } });
    const [w] = report?.nodes ?? [];
    expect(w.to === "int4-block" || w.reason !== undefined).toBe(true);
    const program = await engine.load({ path: written?.path ?? "" });
    const parent = await engine.load({ path: at("model.onnx") });
    const x = float32([2, 8], numbers(16));
    const [{ y }, { y: exact }] = [await program.run({ x }), await parent.run({ x })];
    const off = (y.data as Float32Array).reduce((sum, v, i) => sum + (v - Number(exact.data[i])) ** 2, 0);
    const all = (exact.data as Float32Array).reduce((sum, v) => sum + v * v, 0);
    expect(off / all).toBeLessThan(0.03);
    await program.close();
    await parent.close();
  });

  it("have no node of a name that nobody gave; the nearest is named", async () => {
    expect(await fault(quantised({ settings: { keep: ["haed"] } }))).toMatchObject({
      code: "graph/node",
      remedy: 'did you mean "head"?',
    });
  });
});
