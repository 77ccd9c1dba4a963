import domino from "@mixmark-io/domino";
import { describe, expect, it } from "vitest";
import type { SliceLine } from "../record/check.ts";
import type { Damage } from "../record/damage.ts";
import type { Estimate } from "../stats/estimate.ts";
import { damagePage } from "./damage-page.ts";

const change = (value: number, n = 400): Estimate => {
  return { value, low: value - 0.02, high: value + 0.02, n, level: 0.95, method: "tango" };
};

const slice = (name: string, value: number, verdict: SliceLine["verdict"]): SliceLine => {
  return { name, n: 400, p: 0.5, verdict, reason: "because", change: change(value), margin: 0.1, enough: null };
};

function damage(child: string, slices: readonly SliceLine[], changed = 0): Damage {
  const share = { coverage: change(0.9), share: change(0.95) };
  const line = { ...slice("accuracy", -0.004, "held"), margin: 0.01 };
  const flip = { id: `<b>7</b>`, target: "a", parent: { label: "a", confidence: 0.9 } };
  return {
    parent: { name: "fp32", bytes: 1000 },
    child: { name: child, bytes: 250 },
    n: 400,
    verdict: slices.some(({ verdict }) => verdict === "broken") ? "broken" : "held",
    more: 0,
    lines: [line],
    slices,
    p: 0.04,
    test: "mcnemar-exact",
    flips: {
      changed,
      worse: changed,
      better: 0,
      listed: changed === 0 ? [] : [{ ...flip, what: "worse", child: { label: "</td>b", confidence: 0.8 } }],
    },
    calibration: { parent: change(0.03), child: change(0.04), confidence: change(-0.01), brier: line },
    thresholds: [
      {
        name: "right ≥ 0.95",
        at: 0.7,
        counts: "right",
        n: 200,
        parent: share,
        child: share,
        change: { coverage: change(-0.0001), share: change(0.003) },
        verdict: "held",
        reason: "all of it",
      },
    ],
  };
}

interface Element {
  textContent: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): ArrayLike<Element>;
}

function opened(damages: readonly Damage[]): (selector: string) => Element[] {
  const document = domino.createDocument(damagePage(damages, "a model"), true) as Element;
  return (selector) => Array.from(document.querySelectorAll(selector));
}

describe("the page of damages", () => {
  const int8 = damage("int8", [slice("label=x", 0.01, "held"), slice("label=y", -0.03, "too small to tell")]);
  const int4 = damage("int4", [slice("label=x", -0.4, "broken"), slice("label=y", -0.02, "held")], 3);
  const all = opened([int8, int4]);

  it("draws slices against children: sign, verdict and interval in every cell, the broken first", () => {
    const rows = all("#slices tbody tr").map((row) => row.textContent.trim());
    expect(rows.map((row) => row.replace(/\s+/g, " "))).toEqual([
      "all items400−0.4−0.4",
      "label=x400+1.0✗ −40.0",
      "label=y400−3.0−2.0",
    ]);
    const cells = all("#slices tbody tr:nth-child(2) td[title]");
    expect(cells.map((cell) => cell.getAttribute("class"))).toEqual(["gained", "lost"]);
    expect(cells[1].getAttribute("title")).toBe("−40.0 points [−42.0, −38.0], n = 400, p = 0.500: broken");
    expect(all("#slices tbody tr:nth-child(3) td.untold")).toHaveLength(1);
  });

  it("shows no number of a handful of items, and ranks them behind those that lose", () => {
    const thin = { ...slice("label=a", -1, "too small to tell"), n: 1 };
    const rows = opened([damage("int8", [thin, slice("label=b", -0.01, "held")])])("#slices tbody tr");
    expect(rows.map((row) => row.textContent.trim())).toEqual(["all items400−0.4", "label=b400−1.0", "label=a1few"]);
    expect(opened([damage("int8", [{ ...thin, verdict: "broken" }])])("#slices tbody tr")[1].textContent).toContain(
      "✗",
    );
  });

  it("says the verdict of each, its flips and whether thresholds mean the same", () => {
    expect(all(".sentence .line").map((line) => line.textContent)).toEqual(["int8: held", "int4: broken: label=x"]);
    expect(all("#details summary")).toHaveLength(2);
    const text = all("#details")[0].textContent;
    expect(text).toContain("No answer changed.");
    expect(text).toContain("3 answers changed: 3 newly wrong");
    expect(text).toContain("right ≥ 0.95 from 0.700");
    // What is printed as nothing has no direction.
    expect(text).not.toMatch(/[+-]0\.000 \[/);
  });

  it("shows what others wrote as they wrote it, and loads nothing", () => {
    expect(all("#details bdi").map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(["<b>7</b>", "</td>b"]),
    );
    expect(all("script, link, img, iframe, #details bdi b")).toEqual([]);
  });

  it("is the same bytes for the same damages", () => {
    expect(damagePage([int8, int4], "a model")).toBe(damagePage([int8, int4], "a model"));
  });
});
