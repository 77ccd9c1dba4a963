import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as engine from "../../src/engine/index.ts";
import * as graph from "../../src/graph/index.ts";
import { fromOnnx } from "../../src/graph/index.ts";
import { scratch } from "../scratch.ts";

const example = fileURLToPath(new URL("../../examples/fine-tune-onnx/", import.meta.url));
const folder = scratch();

function ran(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(example, script), ...args], {
    cwd: folder(),
    encoding: "utf8",
  });
  expect({ script, status, stderr }).toEqual({ script, status: 0, stderr: "" });
  return stdout;
}

describe("the example of fine-tuning", () => {
  it("teaches an ONNX file what its labelled rows say, in under a minute", { timeout: 120_000 }, () => {
    const began = performance.now();
    expect(ran("make.mjs", ".")).toBe("");
    const said = ran("fine-tune.mjs", "digits.onnx", "light.csv", "tuned.onnx");
    expect(performance.now() - began).toBeLessThan(60_000);
    const [before, after] = [...said.matchAll(/(\d+) of 120 rows held out are right/g)].map(([, n]) => Number(n));
    expect(before).toBeLessThan(40);
    expect(after).toBeGreaterThan(108);
    // The same network under the same names, with other weights.
    const [first, tuned] = ["digits.onnx", "tuned.onnx"].map((file) => fromOnnx(readFileSync(join(folder(), file))));
    const nodes = (graph: typeof first): unknown => graph.nodes.map((n) => [n.op, n.outputs.map((v) => v?.name)]);
    expect(nodes(tuned)).toEqual(nodes(first));
    expect(tuned.initialisers.map((v) => v.name)).toEqual(first.initialisers.map((v) => v.name));
  });

  it("is about thirty lines", () => {
    const code = readFileSync(join(example, "fine-tune.mjs"), "utf8").split("\n");
    expect(code.filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/\*)/.test(line)).length).toBeLessThanOrEqual(32);
  });
});

describe("the documents of the library", () => {
  it.each(["README.md", "docs/graph.md", "docs/gradients.md"])("%s imports what there is", (file) => {
    const text = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8");
    const imports = [...text.matchAll(/import \{ ([^}]*) \} from "whittle\/(engine|graph)"/g)];
    expect(imports.length).toBeGreaterThan(0);
    for (const [, names, door] of imports) {
      const values = names.split(", ").filter((name) => !name.startsWith("type "));
      expect(Object.keys(door === "graph" ? graph : engine)).toEqual(expect.arrayContaining(values));
    }
  });
});
