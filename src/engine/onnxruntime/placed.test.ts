import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { float32, tensor } from "../../base/tensor.ts";
import { builder } from "../../graph/build.ts";
import { fromOnnx } from "../../graph/index.ts";
import { quantise } from "../../graph/quantise/quantise.ts";
import { toOnnx } from "../../graph/wire/write.ts";
import type { ModelSource } from "../port.ts";
import { onnxruntime } from "./index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "placed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table and two matrices, each larger than what is left inside at 4 bits too. */
function model(): Uint8Array {
  const b = builder("g");
  const wave = (n: number, k: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i * k) / 9);
  const table = b.parameter("table", float32([1500, 512], wave(1500 * 512, 0.37)));
  const rows = b.op("Gather", [table, b.input("ids", "int32", ["n"])], { axis: 0 });
  const inner = b.op("Relu", [b.op("MatMul", [rows, b.parameter("w", float32([512, 512], wave(512 * 512, 1.3)))])]);
  b.output("y", b.op("MatMul", [inner, b.parameter("v", float32([512, 300], wave(512 * 300, 2.1)))]));
  return toOnnx(b.finish());
}

async function run(source: ModelSource): Promise<{ inputs: string[]; bits: Uint8Array }> {
  const engine = onnxruntime();
  const program = await engine.load(source, { thread: "here" });
  const { y } = await program.run({ ids: tensor("int32", [3], Int32Array.of(5, 1499, 77)) });
  await engine.close();
  return { inputs: program.inputs.map(({ name }) => name), bits: new Uint8Array(y.data.buffer.slice(0)) };
}

describe("a model in a file", () => {
  const forms = ["fp32", "fp16", "int8", "int8-dynamic", "int8-block", "int4-block"] as const;
  it.each(forms)("answers bit for bit as from memory, at %s", async (to) => {
    const bytes = toOnnx(quantise(fromOnnx(model()), { to }).graph);
    const path = join(folder, `${to}.onnx`);
    writeFileSync(path, bytes);
    const inMemory = await run(bytes);
    expect(inMemory.inputs).toEqual(["ids"]);
    expect(await run({ path })).toEqual(inMemory);
    const pack = join(folder, `${to}.whittle`);
    writeFileSync(pack, Buffer.concat([Buffer.alloc(999, 1), bytes, Buffer.alloc(77, 2)]));
    const link = join(folder, `${to}.link`);
    symlinkSync(pack, link);
    expect(await run({ path: link, part: { offset: 999, bytes: bytes.length } })).toEqual(inMemory);
    if (process.platform === "linux") expect(readFileSync("/proc/self/maps", "utf8")).not.toContain(pack);
  });

  it("is refused where it is damaged, cut off or missing", async () => {
    const path = join(folder, "damaged.onnx");
    writeFileSync(path, model().subarray(0, 1_000_000));
    for (const source of [{ path }, { path, part: { offset: 3, bytes: 900_000 } }, { path: join(folder, "none") }])
      await expect(run(source)).rejects.toMatchObject({ code: "engine/load" });
    const another = { path, part: { offset: 0, bytes: 1000, stamp: "of another" } };
    await expect(run(another)).rejects.toMatchObject({ why: expect.stringMatching(/another file/) as string });
    const beyond = { path, part: { offset: 900_000, bytes: 900_000 } };
    await expect(run(beyond)).rejects.toMatchObject({ code: "engine/load", where: path });
  });
});
