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
import { shell } from "./shell.ts";

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

/** One make as one page. Same records in, same bytes out. */
export function report(reported: Reported): string {
  const { task, at, made } = reported;
  return shell({
    title: `${task.name}: ${made.decision.held ? "the bar is held" : "the bar is not held"}`,
    stage: `${task.kind}, made ${at.slice(0, 10)}`,
    heading: task.name,
    sections: sections.map((section) => section(reported)).filter((section) => section !== null),
    footer: "Made by whittle from the records of one make. It loads nothing and sends nothing.",
  });
}
