import { describe, expect, it } from "vitest";
import type { Damage } from "../../record/damage.ts";
import { damageOf, type NamedItem } from "../../stages/compare/index.ts";
import { defaultMargins } from "../../stages/task/margins.ts";
import { briefDamage, printDamage } from "./damage-view.ts";
import type { Terminal } from "./terminal.ts";

function printed(damage: Damage): string {
  const lines: string[] = [];
  printDamage({ print: (line) => void lines.push(line), style: (_, text) => text } as Terminal, damage);
  return lines.join("\n");
}

/** Every tenth item is wrong by both; of those from the fax the child has lost every second. */
const items = Array.from({ length: 1000 }, (_, i): NamedItem => {
  const target = i % 2 === 0 ? "invoice" : "letter";
  const other = i % 2 === 0 ? "letter" : "invoice";
  const fax = i % 10 === 3;
  const confidence = i % 10 === 0 ? 0.6 : 0.9 + (i % 7) / 100;
  const base = { label: i % 10 === 0 ? other : target, confidence };
  const lost = fax && i % 20 === 3;
  return {
    id: `row ${i}`,
    text: "some text",
    target,
    columns: { from: fax ? "fax" : "post" },
    group: null,
    base,
    head: lost ? { label: other, confidence: 0.8 } : base,
  };
});
const task = { kind: "classify", spans: null, margins: { ...defaultMargins, accuracy: 0.1, macro_f1: 0.1 } } as const;
const sides = { parent: { name: "bag fp32", bytes: 4_480_000 }, child: { name: "bag int4", bytes: 640_000 } };
const damage = damageOf(items, task, sides);

describe("a damage on a terminal", () => {
  it("says the verdict, the lines, the broken slices, the flips and the thresholds", () => {
    expect(printed(damage)).toMatchInlineSnapshot(`
      "bag int4 against bag fp32, 1,000 items; 640.0 kB, 14 % of 4.48 MB
      ✗ broken: brier, from=fax

        figure          change                    margin
        accuracy        -0.050 [-0.065, -0.038]   0.1      ✓ held
        macro_f1        -0.049 [-0.063, -0.036]   0.1      ✓ held
        brier           +0.032 [+0.023, +0.041]   0.01     ✗ broken
        risk_coverage   +0.007 [+0.004, +0.010]   0.01     ✓ held

      Slices  5: 1 broken, 3 held, 1 too small to tell (Holm over all)
        slice      n     change                    margin
        from=fax   100   -0.500 [-0.596, -0.404]   0.1      ✗ broken

      Flips   50 answers changed: 50 newly wrong, 0 newly right; p < 0.001 of no difference (McNemar, exact)
        item     right is   parent        child
        row 3    letter     letter 0.93   invoice 0.80
        row 23   letter     letter 0.92   invoice 0.80
        row 43   letter     letter 0.91   invoice 0.80
        row 63   letter     letter 0.90   invoice 0.80
        row 83   letter     letter 0.96   invoice 0.80

      Does a confidence still mean the same?
        threshold      from    answered            of these right
        right ≥ 0.99   0.900   0.852 after 0.908   1.000 after 1.000   ✓ held

      calibration error 0.160 [0.152, 0.164] after 0.123 [0.116, 0.127]; mean confidence changes by -0.007
      [-0.009, -0.004]"
    `);
  });

  it("says what would tell where items are few", () => {
    const few = damageOf(items.slice(100, 130), task, sides);
    expect(printed(few)).toContain("too small to tell");
    expect(printed(few)).toMatch(/\d in all would do/);
  });

  it("lets nothing through that moves a cursor", () => {
    const [listed] = damage.flips.listed;
    const hostile = { ...damage, flips: { ...damage.flips, listed: [{ ...listed, id: "a\u001b[2Jb" }] } };
    expect(printed(hostile)).toContain("a\ufffd[2Jb");
  });

  it("is short for programs: no list of flips, the broken slices alone", () => {
    expect(briefDamage(damage)).toMatchObject({
      parent: { name: "bag fp32" },
      verdict: "broken",
      n: 1000,
      flips: { changed: 50, worse: 50, better: 0 },
      slices: { broken: [{ name: "from=fax", n: 100 }], too_small: 1 },
    });
    expect(JSON.stringify(briefDamage(damage))).not.toContain("row 3");
  });
});
