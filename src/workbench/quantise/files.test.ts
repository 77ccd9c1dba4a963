import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import type { Fault } from "../../base/fault.ts";
import { float32, zeros } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { builder, fromOnnx, toOnnx, toOnnxApart } from "../../graph/index.ts";
import { readModel, refuseSource, targetOf, writeModel } from "./files.ts";

const root = mkdtempSync(join(tmpdir(), "whittle-files-"));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
let count = 0;
beforeEach(() => mkdirSync((folder = join(root, String(count++)))));
const at = (name: string): string => join(folder, name);

const b = builder("two products");
const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => (i % 17) - 8);
const hidden = b.op("MatMul", [b.input("x", "float32", ["n", 64]), b.parameter("w", float32([64, 48], numbers(3072)))]);
b.output("y", b.op("MatMul", [hidden, b.parameter("v", float32([48, 32], numbers(1536)))]));
const model = b.finish();
const whole = toOnnx(model);

function apart(location = "weights.bin"): void {
  const { model: parts, data } = toOnnxApart(model, location);
  writeFileSync(at("model.onnx"), Buffer.concat(parts));
  writeFileSync(at("weights.bin"), Buffer.concat(data));
}

const code = (act: () => unknown): unknown => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Fault).code;
  }
};

describe("tensors in files of their own", () => {
  it("are read beside the model or below it", () => {
    apart();
    const { graph, bytes, paths } = readModel(at("model.onnx"));
    expect(toOnnx(graph)).toEqual(toOnnx(fromOnnx(whole)));
    expect(bytes).toBe(readFileSync(at("model.onnx")).length + 4 * (3072 + 1536));
    expect(paths).toEqual([at("model.onnx"), at("weights.bin")]);
  });

  it("are refused where they lead out of the folder by name or by a link, are missing or cut short", () => {
    const read = (): unknown => code(() => readModel(at("model.onnx")));
    for (const location of ["../weights.bin", "/etc/hostname", "a/../../weights.bin"]) {
      apart(location);
      expect(read()).toBe("model/external");
    }
    apart();
    rmSync(at("weights.bin"));
    expect(read()).toBe("model/external");
    writeFileSync(join(root, "elsewhere.bin"), new Uint8Array(60_000));
    symlinkSync(join(root, "elsewhere.bin"), at("weights.bin"));
    expect(read()).toBe("model/external");
    rmSync(at("weights.bin"));
    writeFileSync(at("weights.bin"), new Uint8Array(100));
    expect(read()).toBe("model/truncated");
  });

  it("are read in a cache of links, where model and data lie in one other folder", () => {
    mkdirSync(at("blobs"));
    mkdirSync(at("snapshot"));
    const { model: parts, data } = toOnnxApart(model, "weights.bin");
    writeFileSync(at("blobs/1"), Buffer.concat(parts));
    writeFileSync(at("blobs/2"), Buffer.concat(data));
    symlinkSync(at("blobs/1"), at("snapshot/model.onnx"));
    symlinkSync(at("blobs/2"), at("snapshot/weights.bin"));
    expect(toOnnx(readModel(at("snapshot/model.onnx")).graph)).toEqual(toOnnx(fromOnnx(whole)));
  });

  it("are written where one file does not hold them, and the engine runs the model", async () => {
    const { files, bytes } = writeModel(model, at("large.onnx"), 10_000);
    expect(files).toEqual([at("large.onnx"), at("large.onnx_data")]);
    expect(bytes).toBeGreaterThan(4 * (3072 + 1536));
    expect(toOnnx(readModel(at("large.onnx")).graph)).toEqual(toOnnx(fromOnnx(whole)));
    const engine = onnxruntime();
    const program = await engine.load({ path: at("large.onnx") });
    expect((await program.run({ x: zeros("float32", [1, 64]) }))["y"].dims).toEqual([1, 32]);
    await engine.close();
  });
});

describe("where a model goes", () => {
  it("is beside its source by the hub's name, in a folder, or where it is told", () => {
    mkdirSync(at("small"));
    expect(targetOf("a/model.onnx", "int4-block")).toBe(join("a", "model_q4.onnx"));
    expect(targetOf("encoder.ONNX", "mixed")).toBe("encoder_mixed.onnx");
    expect(targetOf("a/model.onnx", "fp16", at("small"))).toBe(at("small/model_fp16.onnx"));
    expect(targetOf("a/model.onnx", "fp16", `${at("new")}/`)).toBe(at("new/model_fp16.onnx"));
    expect(targetOf("a/model.onnx", "fp16", at("other.onnx"))).toBe(at("other.onnx"));
  });

  it("is never a file of the source, nor its data", () => {
    apart("big.onnx_data");
    const sources = [at("model.onnx"), at("big.onnx_data")];
    expect(code(() => refuseSource(at("model.onnx"), sources))).toBe("quantise/source");
    expect(code(() => refuseSource(at("big.onnx"), sources))).toBe("quantise/source");
    expect(code(() => refuseSource(at("fresh.onnx"), sources))).toBeUndefined();
  });
});

it.each([
  ["a.whittle", "WHITTLE1 and more", "a pack of whittle"],
  ["a.onnx", "GGUF\u0003\u0000\u0000\u0000", "a GGUF file"],
  ["a.safetensors", "{}", "a safetensors file"],
])("%s is told by what it is, and not as a damaged ONNX file", (name, content, what) => {
  writeFileSync(at(name), content);
  expect(caught(() => readModel(at(name)))).toMatchObject({
    code: "model/format",
    message: `${name} is ${what}, and ONNX is quantised`,
    where: at(name),
  });
});
