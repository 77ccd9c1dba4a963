import { existsSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { Fault } from "../../base/fault.ts";
import { makeFolder, writeWhole } from "../../base/files.ts";
import { policies } from "../../record/spans.ts";
import type { BarLine, Task } from "../../record/task.ts";
import { fieldTypes } from "../../text/values/value.ts";
import { writtenCost } from "./cost.ts";
import { printLimit } from "./limit.ts";
import { writtenMargins } from "./margins.ts";
import { metricsOf } from "./metrics.ts";
import { defaultCategory, defaultField } from "./spans.ts";

export const TASK_FILE = "whittle.yaml";

/**
 * Writes whittle.yaml into a folder, made where there is none, and returns its path. A file that is there stays, unless
 * `overwrite` is told.
 */
export function writeTask(folder: string, task: Task, options: { readonly overwrite?: boolean } = {}): string {
  const path = join(folder, TASK_FILE);
  if (options.overwrite !== true && existsSync(path)) {
    throw new Fault("task/exists", {
      what: `${folder} already holds a task`,
      where: path,
      why: "it may hold meanings and limits that somebody wrote by hand",
      remedy: "change that file, choose another folder, or remove it first",
    });
  }
  makeFolder(folder);
  writeWhole(path, printTask(task));
  return path;
}

/** What the margins are shares of. */
const items: Readonly<Record<Task["kind"], string>> = {
  classify: "items",
  extract: "texts (span_f1: of the spans)",
  redact: "texts (span_f1: of the spans; leaks: of texts that keep something, and of characters left to read)",
};

/** Law: parseTask(printTask(task)) equals the task. */
export function printTask(task: Task): string {
  const { data } = task;
  return `# A whittle task. "whittle make" reads this file; change whatever you like.
name: ${inline(task.name)}
kind: ${task.kind}
# One sentence: what is done with the answers.
about: ${inline(task.about)}

${meanings(task)}

# Where the examples are (paths from this folder) and which columns hold what.
# Files under test: and dev: are kept as given; without them whittle makes both parts.
# Texts under outside: fit no label; with them whittle learns to tell what is none of its business.
# Rows of one group (a customer, a thread) stand on one side of every split.
data:
  train: ${inline(data.train)}
  dev: ${inline(data.dev)}
  test: ${inline(data.test)}
  outside: ${inline(data.outside)}
  text: ${inline(data.text)}
  label: ${inline(data.label)}${task.spans === null ? "" : `\n  offsets: ${data.offsets}`}
  group: ${inline(data.group)}

# The bar. "by: interval" asks it of the unfavourable end of the 95 % interval, "by: estimate" of the figure alone.
# A line may speak of a slice: {metric: accuracy, slice: channel=email, at_least: 0.75}
bar:${task.bar.length === 0 ? " []" : task.bar.map((line) => `\n  - ${inline(written(task, line))}`).join("")}

# How much worse than the accepted candidate a change may be before "whittle check" calls it broken: shares of the
# ${items[task.kind]}; for latency, size and memory, shares of what the accepted one needs.
margins: ${inline(writtenMargins(task.margins, task.kind))}

# Threads that one prediction may use.
device:
  threads: ${task.device.threads}

# What the cost card of "whittle report" assumes: the device (its price, life, the share of it spent answering, power), and
# what a generalist would be sent. Texts answered with less confidence than escalate_below would go to it.
cost:${Object.entries(writtenCost(task.cost))
    .map(([name, value]) => `\n  ${name}: ${inline(value)}`)
    .join("")}
# Generalists to compare with, each with the price of a million tokens:
#   - {name: some-large-model, input: 2.00, output: 8.00, dated: 2026-11-01}
prices:${task.cost.prices.length === 0 ? " []" : task.cost.prices.map((price) => `\n  - ${inline(price)}`).join("")}

# Addresses that whittle may call. None: nothing ever leaves this machine.
policy:
  endpoints: ${inline(task.policy.endpoints)}

seed: ${task.seed}
# Characters above which a text is refused; never cut.
max_text_length: ${task.maxTextLength}
# Rungs that the ladder may climb; none named: all that fit.
rungs: ${inline(task.rungs)}
`;
}

/** What is to be told apart or found, each with its meaning. */
function meanings({ kind, labels, spans }: Task): string {
  const entries = Object.entries(labels);
  const map = (key: string, valueOf: (label: string, meaning: string) => unknown): string =>
    entries.length === 0
      ? `${key}: {}`
      : `${key}:\n${entries.map(([label, meaning]) => `  ${inline(label)}: ${inline(valueOf(label, meaning))}`).join("\n")}`;
  if (spans === null) {
    return `# What each label means, in words: asked of you, shown in the report.\n${map("labels", (_, meaning) => meaning)}`;
  }
  if (kind === "extract") {
    return `# What each field means, and its type: ${fieldTypes.join(", ")}.
# many: a text may hold several. required: a record without it is incomplete. format: day-first or month-first dates.
${map("fields", (label, about) => {
  const { type, many, required, format } = spans.fields[label] ?? defaultField;
  return { type, about, many, required, ...(format === null ? {} : { format }) };
})}`;
  }
  return `# What each category means, and what becomes of it: ${policies.join(", ")}.
# scope: whether a pseudonym means the same in one document or in the whole corpus. keep: letters that keep_first keeps.
# pattern: patterns whose matches are taken beside what the model finds; null for none.
${map("categories", (label, about) => {
  const category = spans.categories[label] ?? defaultCategory;
  const patterns = spans.patterns.filter((p) => p.label === label).map((p) => p.pattern);
  return { about, ...category, pattern: patterns.length === 0 ? null : patterns };
})}

# Share of documents that may keep a leak; how readily something is marked is chosen for it.
leak_rate: ${spans.leakRate}`;
}

function written(task: Task, line: BarLine): Record<string, unknown> {
  const { unit } = metricsOf(task.kind)[line.metric];
  return {
    metric: line.metric,
    ...(line.slice === null ? {} : { slice: line.slice }),
    [line.sense]: printLimit(line.limit, unit),
    by: line.by,
  };
}

/** A value on one line, quoted where YAML needs it. */
function inline(value: unknown): string {
  return stringify([value], {
    collectionStyle: "flow",
    flowCollectionPadding: false,
    lineWidth: 0,
    defaultStringType: "PLAIN",
    blockQuote: false,
  })
    .trim()
    .slice(1, -1);
}
