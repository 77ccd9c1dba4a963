import { statSync } from "node:fs";
import { Fault } from "../../base/fault.ts";
import { printBytes } from "../../base/print.ts";
import { parseMemory } from "../../fit/devices.ts";
import { needsOf } from "../../fit/needs.ts";
import { atOtherPrecisions } from "../../fit/other-precisions.ts";
import { runtimeOf } from "../../fit/runtime.ts";
import type { Pack } from "../../packfile/verify.ts";
import type { Room } from "../../predict/room.ts";
import { GARBAGE_BYTES, headerOfPack, LEAST_TEXT, leastRunning, type PackHeader } from "./plan-pack.ts";

/**
 * The memory that one process may hold, with what was planned of it. Laws: a pack is counted before anything of it is loaded, and
 * refused where it does not fit with those before it; what packs leave is shared by their batches and by requests that wait.
 */
export interface Budget {
  readonly bytes: number;
  /** Refuses a pack by its file alone, before it is read. */
  admitFile(path: string): void;
  /** Counts a pack in. @throws Fault `memory/plan` */
  admit(pack: Pack, path: string): Room;
  /** Bytes for what waits: requests that have come in and their answers. */
  waiting(): number;
  /** Connections that may be open at once. */
  connections(): number;
  /** Counts in a table that is read whole. @throws Fault `memory/input` */
  admitTable(path: string): void;
  /** How many answers with a score a label may be held at once, of `most` that are wanted. */
  answers(labels: number, most: number): number;
  /** Bytes that one line may have, of `most` that are allowed. */
  line(most: number): number;
}

export interface BudgetOptions {
  /** Requests are taken on while others are answered: a quarter of what is left is for them. */
  readonly serves?: boolean;
}

/** Where requests are taken on while others are answered, a quarter of what packs leave is for them: as much and a third more. */
export const SERVES = 4 / 3;
/** A second pack is run on a thread of its own: its heap, without the runtime, which is there already. */
const THREAD_BYTES = 16e6;
/** Rows of a table as objects, for each byte of its file. */
const TABLE_TIMES = 10;
/** A line as bytes, as a string and as what it holds. */
const LINE_TIMES = 8;
/** An answer as an object and as it is written: by itself, and for each label. */
const ANSWER_BYTES = 400;
const SCORE_BYTES = 160;
/** A connection with its buffers, both ways. */
const CONNECTION_BYTES = 64e3;
/** The share of what packs leave that answers, and a line, may take. */
const SHARE = 1 / 8;

/** @param memory bytes, or an amount such as "256MB" */
export function budgetOf(memory: number | string, { serves = false }: BudgetOptions = {}): Budget {
  const bytes = typeof memory === "string" ? parseMemory(memory) : checked(memory);
  const garbage = GARBAGE_BYTES.bounded;
  let taken = garbage;
  let packs = 0;
  const left = (): number => Math.max(0, bytes - taken);
  const waiting = (): number => (serves ? left() / 4 : 0);

  return {
    bytes,
    waiting,
    admitFile(path) {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (taken + size > bytes) throw doesNotFit(path, taken + size, bytes, [`its file alone has ${printBytes(size)}`]);
    },
    connections: () => Math.max(4, Math.floor((SHARE * waiting()) / CONNECTION_BYTES)),
    admitTable(path) {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      const need = TABLE_TIMES * size;
      if (need > left() / 2) {
        throw new Fault("memory/input", {
          what: `the table takes about ${printBytes(need)} while it is read; ${printBytes(left() / 2)} are left for that`,
          where: path,
          why: "a table is read whole; JSONL is read line by line",
          remedy: `give it as JSONL, or allow ${amount(bytes + 2 * need - left())} of memory`,
        });
      }
      taken += need;
    },
    answers(labels, most) {
      const fit = Math.floor((SHARE * left()) / answerBytes(1, labels));
      return Math.min(most, Math.max(1, fit));
    },
    line: (most) => Math.min(most, Math.max(2 ** 16, Math.floor((SHARE * left()) / LINE_TIMES))),
    admit(pack, path) {
      const planned = headerOfPack(pack, path);
      const fixed = fixedOfPack(planned, packs === 0);
      const least = (serves ? SERVES : 1) * leastRunning(planned);
      const need = taken + fixed + least;
      if (need > bytes) {
        throw doesNotFit(
          path,
          need,
          bytes,
          [
            `${printBytes(garbage + fixed)} for the runtime, the weights and the file`,
            `${printBytes(least)} for a text of ${LEAST_TEXT} characters${serves ? " and the requests that wait" : ""}`,
            ...(packs === 0 ? [] : [`${printBytes(taken - garbage)} for the packs before it`]),
          ],
          wayOut(planned, need, bytes),
        );
      }
      taken += fixed;
      packs++;
      return { process: bytes, batch: () => (left() - waiting()) / packs };
    },
  };
}

/** Bytes that answers take, each with a score for every label. */
export function answerBytes(answers: number, labels: number): number {
  return answers * (ANSWER_BYTES + SCORE_BYTES * labels);
}

/** What a pack takes whatever is asked of it. */
function fixedOfPack({ header, packed }: PackHeader, first: boolean): number {
  const { loadPeak } = needsOf(header, { batch: 1, context: 1, cache: "f16", pack: packed });
  return first ? loadPeak : loadPeak - runtimeOf(header, true).bytes + THREAD_BYTES;
}

/** The finest precision that would fit, where one does. */
function wayOut({ header, packed }: PackHeader, need: number, bytes: number): string | undefined {
  const options = { batch: 1, context: 1, cache: "f16" as const, pack: packed };
  const { total } = needsOf(header, options);
  const best = atOtherPrecisions(header, options, bytes - (need - total)).find(({ fits }) => fits);
  return best === undefined
    ? undefined
    : `make it at ${best.precision}, which needs ${printBytes(need - total + best.total)}`;
}

function doesNotFit(path: string, need: number, bytes: number, parts: readonly string[], otherwise?: string): Fault {
  const allow = `allow ${amount(need)}`;
  return new Fault("memory/plan", {
    what: `the pack needs ${printBytes(need)} of memory and ${printBytes(bytes)} are given`,
    where: path,
    why: parts.join(", "),
    remedy: otherwise === undefined ? allow : `${allow}, or ${otherwise}`,
  });
}

/** As --memory takes it, rounded up. */
function amount(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)}MB`;
}

function checked(bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new Fault("fit/memory", {
    what: `${bytes} is no amount of memory`,
    remedy: "give a whole number of bytes, or a text such as 256MB",
  });
}
