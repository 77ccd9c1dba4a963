import { markup, Markup } from "./markup.ts";
import type { Reported } from "../record/reported.ts";
import { calibration } from "./sections/calibration.ts";
import { cliff } from "./sections/cliff.ts";
import { confusion } from "./sections/confusion.ts";
import { cost } from "./sections/cost.ts";
import { data } from "./sections/data.ts";
import { decision } from "./sections/decision.ts";
import { labels } from "./sections/labels.ts";
import { ladder } from "./sections/ladder.ts";
import { leaks } from "./sections/leaks.ts";
import { memory } from "./sections/memory.ts";
import { mistakes } from "./sections/mistakes.ts";
import { quantisation } from "./sections/quantisation.ts";
import { reproduce } from "./sections/reproduce.ts";
import { slices } from "./sections/slices.ts";
import type { Section } from "./sections/section.ts";
import { style } from "./style.ts";

/** What a reader asks, in the order of asking. */
const sections: readonly ((reported: Reported) => Section | null)[] = [
  decision,
  ladder,
  leaks,
  slices,
  confusion,
  calibration,
  mistakes,
  cliff,
  quantisation,
  data,
  labels,
  memory,
  cost,
  reproduce,
];

/**
 * One make as one page: a whole HTML file that loads nothing and runs no script; its own policy forbids both. Same records in,
 * same bytes out.
 */
export function report(reported: Reported): string {
  const made = sections.map((section) => section(reported)).filter((section) => section !== null);
  const { task, at, made: record } = reported;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="whittle">
<title>${task.name}: ${record.decision.held ? "the bar is held" : "the bar is not held"}</title>
<style>${new Markup(style)}</style>
</head>
<body><main>
<p class="stage">${task.kind}, made ${at.slice(0, 10)}</p>
<h1>${task.name}</h1>
<nav aria-label="Sections">${made.map(({ id, title }) => markup`<a href="#${id}">${title}</a>`)}</nav>
${made.map(
  ({ id, stage, title, body }) => markup`<section id="${id}" aria-labelledby="${id}-title">
<p class="stage">${stage}</p>
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`,
)}
<footer>Made by whittle from the records of one make. It loads nothing and sends nothing.</footer>
</main></body>
</html>
`;
  return page.source;
}
