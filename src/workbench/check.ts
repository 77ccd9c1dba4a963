import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import type { Progress } from "../base/progress.ts";
import type { Engine } from "../engine/port.ts";
import { type Opened, openUnproved } from "../predict/pack.ts";
import { requirePart } from "../predict/parts.ts";
import { type Accepted, type Answer, textId } from "../record/accepted.ts";
import type { CheckedRows, CheckLine, CheckReport, Side } from "../record/check.ts";
import { TRAINED } from "../record/pack.ts";
import type { Task } from "../record/task.ts";
import {
  compareBytes,
  compareLatency,
  compareQuality,
  compareSlices,
  figuresOf,
  type Item,
  notCompared,
  type SideName,
  verdictOf,
} from "../stages/compare/index.ts";
import { overlap } from "../stages/pack/index.ts";
import type { Store } from "../store/port.ts";
import { machine, WATCHED } from "./accept.ts";
import { keptPack, readAccepted } from "./accepted-file.ts";
import { measureFootprint } from "./footprint.ts";
import { answer, answersById, judgeLater, type Judged } from "./judged.ts";
import { openEngine } from "./open.ts";
import { type Known, parity } from "./parity.ts";
import { type AnsweredRow, type Provenance, provenanceOf } from "./provenance.ts";
import { timeInTurns } from "./turns.ts";

export interface CheckOptions {
  /** The store of the folder, where there is one. */
  readonly store: Store | undefined;
  /** Head; the pack in the folder when not told. */
  readonly pack?: string;
  /** What head is held against; accepted.json in the folder when not told. */
  readonly accepted?: string;
  /** The accepted pack itself; the one that `accept` kept on this machine when not told. */
  readonly base?: string;
  readonly data: readonly string[];
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

interface Base {
  readonly path: string;
  readonly pack: Opened;
}

/** Rows listed of those refused. */
const SHOWN = 20;

/**
 * Head against the accepted candidate on the same rows: those that came later and neither was trained on, by the packs
 * themselves; and, where the folder's store knows head's ladder, the rows it was chosen on, each side as it answered them
 * out of fold. The sealed test takes no part.
 */
export async function check(task: Task, folder: string, options: CheckOptions): Promise<CheckReport> {
  const accepted = readAccepted(folder, options.accepted);
  const { progress, signal } = options;
  const say = (label: string, done = 0, total?: number): void =>
    progress.report({ stage: "check", label, done, total });
  const path = options.pack ?? join(folder, `${task.name}.whittle`);
  const threads = task.device.threads;
  const engine = openEngine(threads);
  try {
    say("opening the packs");
    const head = await openUnproved(path, engine, { thread: "here", threads });
    const base = await openBase(accepted, folder, engine, threads, options.base);
    const origin = options.store === undefined ? undefined : provenanceOf(options.store, head.entries);
    const judged = await judgeLater(head, task, folder, {
      data: options.data,
      sealed: new Set(accepted.sealed),
      signal,
      progress: (done, total) => say("judging", done, total),
    });
    const { items, rows } = await itemsOf(accepted, base, judged, origin, signal);
    const isAccepted = head.hash === accepted.pack.hash;
    if (items.length === 0 && !isAccepted) throw nothingCompared(accepted, judged, options.data);

    const known = [...(origin?.opening ?? []), ...(isAccepted ? knownOf(accepted, judged) : [])];
    const lines: CheckLine[] = [
      await parity(head, known.map(toKnown), signal),
      barLine(accepted, head),
      rowsLine(accepted, rows, origin),
      ...(items.length === 0 ? [] : compareQuality(items, task.margins)),
      ...(await costLines(task, accepted, { path, pack: head }, base, items, options, say)),
    ];
    const slices = compareSlices(items, task);
    const side = (name: SideName, pack: Omit<Side, "quality">): Side => ({
      ...pack,
      quality: items.length === 0 ? {} : figuresOf(items, name, task.kind),
    });
    const { hash, rung, precision, size_bytes } = accepted.pack;
    return {
      task: task.name,
      verdict: verdictOf(lines, slices),
      base: side("base", { pack: hash, rung, precision, size_bytes }),
      head: side("head", {
        pack: head.hash,
        rung: head.card.recipe.rung,
        precision: head.card.precision,
        size_bytes: head.sizeBytes,
      }),
      rows,
      lines,
      slices,
    };
  } finally {
    await engine.close();
  }
}

async function openBase(
  accepted: Accepted,
  folder: string,
  engine: Engine,
  threads: number,
  named: string | undefined,
): Promise<Base | undefined> {
  const path = named ?? keptPack(folder, accepted.pack.hash);
  if (named === undefined && !existsSync(path)) return undefined;
  const pack = await openUnproved(path, engine, { thread: "here", threads });
  if (pack.hash === accepted.pack.hash) return { path, pack };
  throw new Fault("check/other-base", {
    what: "this pack is not the one that was accepted",
    where: path,
    why: `its hash is ${pack.hash.slice(0, 16)} and accepted.json names ${accepted.pack.hash.slice(0, 16)}`,
    remedy: "name the accepted pack with --base, or leave it out: latency is then not compared",
  });
}

/** The rows that both sides have answered; a text that came later in one place and was trained on in another is taken once. */
async function itemsOf(
  accepted: Accepted,
  base: Base | undefined,
  { answered, read }: Judged,
  origin: Provenance | undefined,
  signal: AbortSignal | undefined,
): Promise<{ items: Item[]; rows: CheckedRows }> {
  const later = answersById(accepted, accepted.later);
  const ladder = answersById(accepted, accepted.ladder);
  const known = new Set([...later.keys(), ...ladder.keys()]);
  const fresh = answered.map(({ example }) => example).filter((example) => !known.has(textId(example.text)));
  if (base !== undefined && fresh.length > 0) {
    const trained = overlap(
      fresh.map((example) => example.text),
      requirePart(base.pack.parts, TRAINED),
    );
    const asked = fresh.filter((_, i) => !trained[i]);
    const given = await answer(base.pack, asked, { progress: () => undefined, signal });
    for (const row of given.answered) later.set(textId(row.example.text), row.answer);
  }
  const items = new Map<string, Item>();
  let unknown = 0;
  const take = (rows: readonly AnsweredRow[]): void => {
    for (const { example, answer: given } of rows) {
      const id = textId(example.text);
      if (items.has(id) || example.target === null) continue;
      const theirs: Answer | undefined = later.get(id) ?? ladder.get(id);
      if (theirs === undefined) unknown++;
      else {
        const { text, target, columns } = example;
        items.set(id, { text, target, columns, base: theirs, head: given });
      }
    }
  };
  take(answered);
  const fromLater = items.size;
  take(origin?.ladder ?? []);
  const expected = origin === undefined ? accepted.later.map(([id]) => id) : [...known];
  return {
    items: [...items.values()],
    rows: {
      compared: items.size,
      later: fromLater,
      missing: expected.filter((id) => !items.has(id)).length,
      unknown,
      unlabelled: read.unlabelled,
      refused: read.refused.length,
      refusals: read.refused.slice(0, SHOWN),
    },
  };
}

function rowsLine(accepted: Accepted, rows: CheckedRows, origin: Provenance | undefined): CheckLine {
  const { compared, later, missing } = rows;
  const left =
    origin === undefined && accepted.ladder.length > 0
      ? `; the ${accepted.ladder.length} rows of its ladder are left out, as this pack was not made in this folder's store`
      : "";
  const reason =
    missing > 0
      ? `${missing} rows that the accepted candidate was judged on are not compared`
      : `${compared} compared: ${later} that came later, ${compared - later} out of fold`;
  const verdict = missing > 0 ? "too small to tell" : compared === 0 ? "not compared" : "held";
  return { ...notCompared("rows", `${reason}${left}`), verdict };
}

/** A bar that was held may not be lost, whatever the margins say. */
function barLine(accepted: Accepted, head: Opened): CheckLine {
  const isLost = accepted.pack.held && !head.card.held;
  const reason = head.card.held ? "held when head was made" : "not held when head was made";
  return {
    ...notCompared("bar", isLost ? `${reason}, and the accepted candidate held it` : reason),
    verdict: isLost ? "broken" : "held",
  };
}

async function costLines(
  { margins, device }: Task,
  accepted: Accepted,
  head: Base,
  base: Base | undefined,
  items: readonly Item[],
  { signal }: CheckOptions,
  say: (label: string) => void,
): Promise<CheckLine[]> {
  const size = compareBytes("size", accepted.pack.size_bytes, head.pack.sizeBytes, margins.size);
  if (head.pack.hash === accepted.pack.hash) {
    const same = "head is the accepted pack itself";
    return [size, notCompared("memory", same), notCompared("latency", same)];
  }
  say("measuring memory");
  const texts = items.slice(0, WATCHED).map((item) => item.text);
  const watch = async ({ path, pack }: Base): Promise<number | null> =>
    (await measureFootprint(path, texts, pack.sizeBytes, { threads: device.threads, timed: WATCHED, signal }))
      .peak_memory_bytes;
  const [before, now] = await Promise.all([
    base === undefined ? (accepted.runtime.machine === machine() ? accepted.peak_memory_bytes : null) : watch(base),
    watch(head),
  ]);
  const memory =
    before === null || now === null
      ? notCompared(
          "memory",
          `the accepted candidate was measured on ${accepted.runtime.machine}, this is ${machine()}`,
        )
      : compareBytes("memory", before, now, margins.memory);
  if (base === undefined) {
    return [size, memory, notCompared("latency", "the accepted pack is not at hand: name it with --base")];
  }
  say("timing both in turns");
  const times = await timeInTurns(
    base.pack,
    head.pack,
    items.map((item) => item.text),
    signal,
  );
  return [size, memory, compareLatency(times.base, times.head, margins.latency)];
}

/** What the accepted pack said of later rows when it was accepted. */
function knownOf(accepted: Accepted, { answered }: Judged): AnsweredRow[] {
  const later = answersById(accepted, accepted.later);
  return answered.flatMap(({ example }) => {
    const before = later.get(textId(example.text));
    return before === undefined ? [] : [{ example, answer: before }];
  });
}

function toKnown({ example, answer: given }: AnsweredRow): Known {
  return { text: example.text, answer: given };
}

function nothingCompared(accepted: Accepted, { answered, read }: Judged, data: readonly string[]): Fault {
  const where = data.length === 0 ? undefined : data.join(", ");
  if (answered.length > 0) {
    return new Fault("check/other-rows", {
      what: "the accepted candidate was judged on other rows",
      where,
      why: `none of the ${answered.length} rows at hand is among the ${accepted.later.length + accepted.ladder.length} that it was judged on`,
      remedy: "bring the rows it was judged on, or its pack with --base, or accept a candidate again on these rows",
    });
  }
  const first = read.refused[0];
  return new Fault("check/no-rows", {
    what: "there is no row to compare head and the accepted candidate on",
    where: first?.where ?? where,
    why:
      first === undefined
        ? "no labelled row came after training, and head was not made in this folder's store"
        : `${read.refused.length} rows were refused, the first because ${first.why}`,
    remedy: "add labelled rows (whittle data add), name a labelled file with --data, or run whittle make here",
  });
}
