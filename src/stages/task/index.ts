import { basename, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { Fault } from "../../base/fault.ts";
import { readText } from "../../base/files.ts";
import { nearest } from "../../base/nearest.ts";
import type { Task } from "../../record/task.ts";
import { barLine } from "./bar.ts";
import { costOf } from "./cost.ts";
import { draftTask, fittingName } from "./draft.ts";
import { marginsOf } from "./margins.ts";
import { Places } from "./place.ts";
import { spanParts } from "./spans.ts";
import { TASK_FILE } from "./write.ts";
import { keysAt, taskSchema, type WrittenTask } from "./schema.ts";

export { barLine, defaultBar, parseBarFlag } from "./bar.ts";
export { draftTask, type TaskDraft } from "./draft.ts";
export { TASK_FILE, writeTask } from "./write.ts";

const MAX_BYTES = 2 ** 20;

/** Task: what whittle.yaml in a folder says. Everything it leaves out has the default that `init` would have written. */
export function readTask(folder: string): Task {
  return parseTask(readTaskFile(folder), fittingName(basename(resolve(folder))));
}

/** Reads the text of a whittle.yaml; `name` is the task's where the text gives none. */
export function parseTask(source: string, name: string): Task {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const places = new Places(TASK_FILE, document, lines);
  const [error] = document.errors;
  if (error !== undefined) throw notYaml(error.message.split(/ at line|:?\n/)[0], places.at(error.pos[0]), error);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw notYaml(cause instanceof Error ? cause.message : "it cannot be read", TASK_FILE, cause);
  }
  const checked = taskSchema.safeParse(value, { reportInput: true });
  if (!checked.success) throw misfit(checked.error.issues[0], places);
  return assemble(checked.data, name, places);
}

function readTaskFile(folder: string): string {
  const path = join(folder, TASK_FILE);
  try {
    return readText(path, MAX_BYTES);
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "disk/missing") throw cause;
    throw new Fault("task/missing", {
      what: `there is no ${TASK_FILE} in ${folder}`,
      where: path,
      remedy: `make a task first: whittle init ${folder} --kind classify --from examples.csv`,
      cause,
    });
  }
}

function assemble(written: WrittenTask, name: string, places: Places): Task {
  const { kind, data } = written;
  const { labels: named, spans } = spanParts(written, places);
  const labels = (named ?? written.labels ?? []).map(([label, meaning]): [string, string] => [
    label.trim(),
    meaning.trim(),
  ]);
  const repeated = labels.find(([label], i) => label === "" || labels.findIndex(([other]) => other === label) !== i);
  if (repeated !== undefined) {
    throw new Fault("task/value", {
      what: repeated[0] === "" ? "a label has no name" : `the label "${repeated[0].slice(0, 80)}" is listed twice`,
      where: places.value(["labels"]),
      remedy: "give every label a name of its own",
    });
  }
  return draftTask({
    name: written.name ?? name,
    kind,
    about: written.about?.trim(),
    labels: Object.fromEntries(labels),
    spans,
    data,
    bar: written.bar?.map((line, i) => barLine(line, kind, places.value(["bar", i]))),
    margins: marginsOf(written.margins ?? {}, kind, (name) => places.key(["margins"], name)),
    device: written.device ?? undefined,
    cost: costOf(written.cost ?? {}, written.prices ?? []),
    policy: written.policy ?? undefined,
    seed: written.seed,
    maxTextLength: written.max_text_length,
    rungs: written.rungs ?? undefined,
  });
}

type Issue = NonNullable<ReturnType<typeof taskSchema.safeParse>["error"]>["issues"][number];

/** The letter for the first thing in the file that does not fit. */
function misfit(issue: Issue, places: Places): Fault {
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const known = keysAt(issue.path);
    const near = nearest(key, known);
    return new Fault("task/key", {
      what: `${issue.path.length === 0 ? "a task" : `"${printPath(issue.path)}"`} has no key "${key.slice(0, 80)}"`,
      where: places.key(issue.path, key),
      why: `the keys here are ${known.join(", ")}`,
      remedy: near === undefined ? "take it out, or name one of these" : `did you mean "${near}"?`,
    });
  }
  const missing = issue.input === undefined;
  return new Fault("task/value", {
    what:
      issue.path.length === 0
        ? "the file is no task"
        : `"${printPath(issue.path)}" ${missing ? "is missing" : "does not fit"}`,
    where: places.value(issue.path),
    why: issue.message,
    remedy: guess(issue) ?? "write what is wanted there; whittle init writes a whole file to start from",
  });
}

/** A mistyped word of a closed list. */
function guess(issue: Issue): string | undefined {
  if (issue.code !== "invalid_value" || typeof issue.input !== "string") return undefined;
  const near = nearest(issue.input, issue.values.map(String));
  return near === undefined ? undefined : `did you mean ${near}?`;
}

function printPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

function notYaml(why: string, where: string, cause: unknown): Fault {
  return new Fault("task/yaml", {
    what: `${TASK_FILE} is not YAML`,
    where,
    why,
    remedy: "mend that place; text with a colon, a hash or a quote in it needs quotes around it",
    cause,
  });
}
