import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../base/fault.ts";
import type { Progress } from "../../base/progress.ts";
import type { Engine } from "../../engine/port.ts";
import { type Opened, openUnproved } from "../../predict/pack.ts";
import type { Accepted } from "../../record/accepted.ts";
import type { CheckLine, CheckReport, Side } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
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
} from "../../stages/compare/index.ts";
import { UNSEEN } from "../../stages/evaluate/index.ts";
import type { Store } from "../../store/port.ts";
import { measureFootprint } from "../footprint.ts";
import { openEngine } from "../open.ts";
import { type AnsweredRow, provenanceOf } from "../provenance.ts";
import { machine, WATCHED } from "./accept.ts";
import { keptPack, readAccepted } from "./accepted-file.ts";
import { itemsOf, knownOf, nothingCompared, rowsLine } from "./compared-rows.ts";
import { judgeLater } from "./judged.ts";
import { type Known, parity } from "./parity.ts";
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
    const head = await openUnproved(path, engine, { thread: "here", threads, secret: UNSEEN });
    const base = await openBase(accepted, folder, engine, threads, options.base);
    const origin = options.store === undefined ? undefined : provenanceOf(options.store, head.entries);
    const judged = await judgeLater(head, task, folder, {
      data: options.data,
      sealed: new Set(accepted.sealed),
      signal,
      progress: (done, total) => say("judging", done, total),
    });
    const { items, rows } = await itemsOf(accepted, base?.pack, judged, origin, signal);
    const isAccepted = head.hash === accepted.pack.hash;
    if (items.length === 0 && !isAccepted) throw nothingCompared(accepted, judged, options.data);

    const known = [...(origin?.opening ?? []), ...(isAccepted ? knownOf(accepted, judged) : [])];
    const lines: CheckLine[] = [
      await parity(head, known.map(toKnown), signal),
      barLine(accepted, head),
      rowsLine(accepted, rows, origin),
      ...(items.length === 0 ? [] : compareQuality(items, task)),
      ...(await costLines(task, accepted, { path, pack: head }, base, items, options, say)),
    ];
    const slices = compareSlices(items, task);
    const side = (name: SideName, pack: Omit<Side, "quality">): Side => ({
      ...pack,
      quality: items.length === 0 ? {} : figuresOf(items, name, task),
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
  const pack = await openUnproved(path, engine, { thread: "here", threads, secret: UNSEEN });
  if (pack.hash === accepted.pack.hash) return { path, pack };
  throw new Fault("check/other-base", {
    what: "this pack is not the one that was accepted",
    where: path,
    why: `its hash is ${pack.hash.slice(0, 16)} and accepted.json names ${accepted.pack.hash.slice(0, 16)}`,
    remedy: "name the accepted pack with --base, or leave it out: latency is then not compared",
  });
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

function toKnown({ example, answer: given }: AnsweredRow): Known {
  return { text: example.text, answer: given };
}
