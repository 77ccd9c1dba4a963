import type { CheckLine, CheckReport } from "../../../record/check.ts";
import { change, reason } from "./words.ts";

/**
 * The report as JUnit XML, one test case a line and a slice: broken is a failure, what was not compared and slices that are too
 * small are skipped. A line that is too small to tell fails where the gate is strict, and is skipped where not.
 */
export function junit(report: CheckReport, strict: boolean): string {
  const lines = report.lines.map((line) => testCase("check", line, strict));
  const slices = report.slices.map((line) => testCase("check.slices", line, false));
  const cases = [...lines, ...slices];
  const count = (tag: string): number => cases.filter((xml) => xml.includes(`<${tag} `)).length;
  const counts = `tests="${cases.length}" failures="${count("failure")}" skipped="${count("skipped")}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="whittle" ${counts}>`,
    `  <testsuite name="${escape(report.task)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(group: string, line: CheckLine, strict: boolean): string {
  const open = `    <testcase classname="whittle.${group}" name="${escape(line.name)}"`;
  const told = escape(`${change(line)} ${reason(line)}`.trim());
  if (line.verdict === "held") return `${open}><system-out>${told}</system-out></testcase>`;
  const fails = line.verdict === "broken" || (strict && line.verdict === "too small to tell");
  const tag = fails ? "failure" : "skipped";
  return `${open}><${tag} message="${escape(line.verdict)}: ${told}"/></testcase>`;
}

/** Text of an attribute or element; what XML 1.0 cannot hold at all (its production Char) becomes U+FFFD. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[\t\n\r]/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
