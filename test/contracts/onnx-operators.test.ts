import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { random } from "../../src/base/random.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { gradients } from "../../src/graph/gradient/table.ts";
import { fromOnnx, OPSET, opNames } from "../../src/graph/index.ts";
import { NEWEST_OPSET, OLDEST_OPSET } from "../../src/graph/wire/read.ts";
import type { GradientRow } from "../../src/graph/gradient/rule.ts";
import { lifts } from "../../src/graph/wire/lift/table.ts";
import { operatorTests, present } from "./operator-data.ts";
import { judge, type Verdict } from "./operator-judge.ts";

const page = readFileSync(new URL("../../docs/operators.md", import.meta.url), "utf8");

/** Lines that the page has of itself. */
const lines = new Set(page.split("\n").map((line) => line.trim().replaceAll(/ +/g, " ")));

/**
 * The ONNX project's operator tests (Debian's libonnx-testdata, release 1.12): every one through the wire, shapes, the
 * interpreter and the engine. What we speak passes; the rest is refused by a letter that names it.
 */
describe.skipIf(!present)("the ONNX project's operator tests", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());
  const verdicts = new Map<string, Verdict>();

  it("pass, or are refused", async () => {
    for (const test of operatorTests()) verdicts.set(test.name, await judge(test, engine));
    const failed = [...verdicts].filter(([, v]) => v.outcome === "failed").map(([name, v]) => `${name}: ${v.why}`);
    expect(failed).toEqual([]);
  });

  it("counts as docs/operators.md has it", () => {
    const all = [...verdicts.values()];
    const refusedFor = (code: string): number => all.filter((v) => v.code === code).length;
    const counts: readonly [string, number][] = [
      ["passed", all.filter((v) => v.outcome === "passed").length],
      ["passed with their shapes given as constants", all.filter((v) => v.outcome === "bound").length],
      ["of these not run by the engine: its door takes no float16", all.filter((v) => v.engine !== undefined).length],
      ["refused: the operator is not spoken", refusedFor("graph/operator")],
      ["refused: this form of it is not spoken", refusedFor("graph/unsupported") + refusedFor("graph/shape")],
      ["refused: an element type that is not spoken", refusedFor("graph/input") + refusedFor("graph/attribute")],
      ["refused: an operator set before 7", refusedFor("graph/opset")],
      ["failed", all.filter((v) => v.outcome === "failed").length],
    ];
    const found = counts.map(([what, count]) => `| ${what} | ${count} |`);
    const said = [...lines].filter((line) => counts.some(([what]) => line.startsWith(`| ${what} |`)));
    expect(said).toEqual(found);
    const told = counts.filter(([what]) => !what.startsWith("of these")).reduce((s, [, n]) => s + n, 0);
    expect(told).toBe(all.length);
  });

  it("with bytes changed are read or refused, and nothing crashes", () => {
    const draw = random(11, "mutations");
    const each = process.env["WHITTLE_SOAK"] === "1" ? 100 : 8;
    for (const { name, model } of operatorTests()) {
      if (model.length > 20_000) continue;
      for (let k = 0; k < each; k++) {
        const bad = Uint8Array.from(model);
        for (let j = draw.below(3); j >= 0; j--) bad[draw.below(bad.length)] = draw.below(256);
        try {
          fromOnnx(bad);
        } catch (error) {
          if (!(error instanceof Fault)) throw new Error(`${name}, mutation ${k}`, { cause: error });
        }
      }
    }
  });

  it("each refusal names what it refuses", () => {
    for (const [name, { outcome, why }] of verdicts) {
      if (outcome !== "refused") continue;
      expect(why, name).toMatch(/operator set \d+|node \d+.*\(\w+\)|the input "\w+"/);
    }
  });
});

/** How a gradient flows through an operator, in a word and its reason. */
function gradientOf(row: GradientRow): string {
  if (typeof row === "function") return "yes";
  return "none" in row ? `none: ${row.none}` : `refused: ${row.refused}`;
}

describe("docs/operators.md", () => {
  it("lists every operator that we speak with its gradient, and every one that is read as others", () => {
    for (const op of opNames) expect(lines).toContain(`| ${op} | ${gradientOf(gradients[op])} |`);
    for (const op of Object.keys(lifts)) expect(page).toContain(op);
  });

  it("names the operator sets that are read", () => {
    expect(page).toContain(`operator sets ${OLDEST_OPSET} to ${NEWEST_OPSET}`);
    expect(page).toContain(`operator set ${OPSET}`);
  });
});
