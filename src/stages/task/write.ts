import { existsSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { Fault } from "../../base/fault.ts";
import { makeFolder, writeWhole } from "../../base/files.ts";
import type { BarLine, Task } from "../../record/task.ts";
import { writtenCost } from "./cost.ts";
import { printLimit } from "./limit.ts";
import { metricsOf } from "./metrics.ts";

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

/** Law: parseTask(printTask(task)) equals the task. */
export function printTask(task: Task): string {
  const { data } = task;
  const labels = Object.entries(task.labels);
  return `# A whittle task. "whittle make" reads this file; change whatever you like.
name: ${inline(task.name)}
kind: ${task.kind}
# One sentence: what is done with the answers.
about: ${inline(task.about)}

# What each label means, in words: asked of you, shown in the report.
${labels.length === 0 ? "labels: {}" : `labels:\n${labels.map(([label, meaning]) => `  ${inline(label)}: ${inline(meaning)}`).join("\n")}`}

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
  label: ${inline(data.label)}
  group: ${inline(data.group)}

# The bar. "by: interval" asks it of the unfavourable end of the 95 % interval, "by: estimate" of the figure alone.
# A line may speak of a slice: {metric: accuracy, slice: channel=email, at_least: 0.75}
bar:${task.bar.length === 0 ? " []" : task.bar.map((line) => `\n  - ${inline(written(task, line))}`).join("")}

# How much worse than the accepted candidate a change may be before "whittle check" calls it broken: shares of the
# items; for latency, size and memory, shares of what the accepted one needs.
margins: ${inline(task.margins)}

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
