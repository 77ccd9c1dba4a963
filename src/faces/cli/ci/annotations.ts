import type { CheckLine, CheckReport } from "../../../record/check.ts";
import { change, headline, reason } from "./words.ts";

/**
 * The report as workflow commands of GitHub Actions, which show them beside the pull request: an error for what is broken, a
 * warning for what is too small to tell, a notice when all held. Broken slices come last; a run shows ten errors.
 */
export function annotations(report: CheckReport): string[] {
  const broken = [...report.lines, ...report.slices].filter((line) => line.verdict === "broken");
  const small = report.lines.filter((line) => line.verdict === "too small to tell");
  if (broken.length + small.length === 0) return [command("notice", "whittle check", headline(report))];
  return [...broken.map((line) => of("error", line)), ...small.map((line) => of("warning", line))];
}

function of(level: "error" | "warning", line: CheckLine): string {
  return command(level, `whittle check: ${line.name} ${line.verdict}`, `${change(line)} ${reason(line)}`.trim());
}

function command(level: string, title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(message)}`;
}

/** Escapes of the runner (actions/toolkit, command.ts): what follows "::" is data, and properties end at commas and colons. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
