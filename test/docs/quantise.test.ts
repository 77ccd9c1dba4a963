import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32 } from "../../src/base/tensor.ts";
import { builder, forms, toOnnx } from "../../src/graph/index.ts";
import { readAdapter } from "../../src/workbench/quantise/adapter.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "dist/faces/cli/main.js");
const page = readFileSync(join(root, "docs/quantise.md"), "utf8");
const blocks = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({ language, code }));
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.trim().split("\n"))
  .map((line) => line.replace(/^whittle /, "").split(" "));
const [row, adapter, magika] = blocks.filter(({ language }) => language === "json").map(({ code }) => code);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-docs-quantise-"));
  const draw = random(1, "digits");
  const numbers = (n: number): number[] => Array.from({ length: n }, () => 0.2 * draw.normal());
  const b = builder("digits");
  const pixels = b.input("pixels", "float32", ["rows", 8]);
  const hidden = b.op("MatMul", [pixels, b.parameter("w", float32([8, 160], numbers(1280)))]);
  b.output("logits", b.op("MatMul", [hidden, b.parameter("head", float32([160, 10], numbers(1600)))]));
  const rows = Array.from({ length: 40 }, (_, i) => ({
    pixels: Array.from({ length: 8 }, () => Math.round(16 * draw.uniform())),
    digit: i % 10,
    writer: i % 3 === 0 ? "left-handed" : "right-handed",
  }));
  const lines = rows.map((r) => JSON.stringify(r)).join("\n");
  writeFileSync(join(folder, "digits.onnx"), toOnnx(b.finish()));
  writeFileSync(join(folder, "inputs.jsonl"), `${row.trim()}\n${lines}\n`);
  writeFileSync(join(folder, "labelled.jsonl"), lines);
  writeFileSync(join(folder, "adapter.json"), adapter);
  writeFileSync(join(folder, "magika.json"), magika);
  writeFileSync(join(folder, "labels.txt"), "html\npython\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("docs/quantise.md", () => {
  it("shows commands that run", { timeout: 120_000 }, () => {
    expect(commands.length).toBe(6);
    for (const args of commands) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
        cwd: folder,
        encoding: "utf8",
      });
      // One is judged on far too few rows to hold a margin, and may break one.
      const fine = status === 0 || (args.includes("--data") && status === 100);
      expect({ args, fine, stderr: fine ? "" : stderr }).toEqual({ args, fine: true, stderr: "" });
      expect(stdout).toContain("digits_");
      expect(stderr).not.toContain("refused");
    }
    expect(readFileSync(join(folder, "cost.html"), "utf8")).toContain("writer=left-handed");
  });

  it("shows adapters that are read, with every key of an input of bytes", () => {
    expect(readAdapter(join(folder, "adapter.json")).labels.length).toBe(10);
    expect(readAdapter(join(folder, "magika.json")).labels).toEqual(["html", "python"]);
  });

  it("names every form", () => {
    for (const form of forms) {
      const name = form === "int4-block" ? "int4" : form;
      if (name !== "fp32") expect(page).toContain(`\`${name}\``);
    }
  });
});
