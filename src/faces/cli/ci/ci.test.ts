import { describe, expect, it } from "vitest";
import type { CheckLine, CheckReport, SliceLine } from "../../../record/check.ts";
import { annotations } from "./annotations.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";

const hostile = 'label=<img src=x>|@all\n::error::"&`\u0007';

function line(name: string, verdict: CheckLine["verdict"], value = -0.02): CheckLine {
  const change = { value, low: value - 0.01, high: value + 0.01, n: 500, level: 0.95, method: "tango" };
  return { name, verdict, reason: "all of it", change, margin: 0.01, enough: null };
}

function report(...lines: CheckLine[]): CheckReport {
  const side = { pack: "ab".repeat(32), rung: "linear", precision: "int8", size_bytes: 1000, quality: {} };
  const slice: SliceLine = { ...line(hostile, "broken"), n: 40, p: 0.001 };
  const broken = lines.some((l) => l.verdict === "broken");
  return {
    task: "tickets",
    verdict: broken ? "broken" : lines.some((l) => l.verdict === "too small to tell") ? "too small to tell" : "held",
    base: side,
    head: side,
    rows: { compared: 500, later: 500, missing: 0, unknown: 0, unlabelled: 0, refused: 0, refusals: [] },
    lines,
    slices: broken ? [slice] : [],
  };
}

describe("JUnit XML", () => {
  it("has a case a line and a slice, a failure for each that is broken, and holds what labels hold", () => {
    const xml = junit(report(line("accuracy", "broken"), line("latency", "not compared")), false);
    expect(xml).toContain('<testsuites name="whittle" tests="3" failures="2" skipped="1" errors="0">');
    expect(xml).toContain("label=&lt;img src=x&gt;|@all ::error::&quot;&amp;`\ufffd");
    expect(xml.split("<testcase ").length).toBe(4);
  });

  it("too small to tell is skipped, and a failure where the gate is strict", () => {
    const small = report(line("accuracy", "too small to tell"));
    expect(junit(small, false)).toContain('failures="0" skipped="1"');
    expect(junit(small, true)).toContain('failures="1" skipped="0"');
  });
});

describe("Markdown", () => {
  it("is one table row a line, and nothing of a label becomes markup", () => {
    const text = markdown(report(line("accuracy", "broken"), line("macro_f1", "held", 0.02)));
    expect(text).toContain("### whittle check: tickets: broken on 500 rows");
    expect(text).toContain("| accuracy | ❌ broken | -0.020 [-0.030, -0.010] | all of it |");
    expect(text).toContain("| macro&#95;f1 | ✅ held | +0.020 [+0.010, +0.030] | all of it; head is better |");
    expect(text).not.toMatch(/<img|@all/);
    expect(text.split("\n").filter((row) => row.startsWith("| label=")).length).toBe(1);
  });
});

describe("annotations", () => {
  it("are one command a line each, whatever labels hold", () => {
    const lines = annotations(report(line("accuracy", "broken"), line("brier", "too small to tell")));
    expect(lines.every((text) => /^::(error|warning) title=[^:,\n]*::[^\n]*$/.test(text))).toBe(true);
    expect(lines.map((text) => text.split(" ", 1)[0])).toEqual(["::error", "::error", "::warning"]);
    expect(lines.join("\n")).toContain("%0A%3A%3Aerror");
  });

  it("is one notice where all held", () => {
    expect(annotations(report(line("accuracy", "held")))).toEqual([
      "::notice title=whittle check::tickets: held on 500 rows",
    ]);
  });
});
