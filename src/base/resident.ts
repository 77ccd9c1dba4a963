import { Fault } from "./fault.ts";
import { printBytes } from "./print.ts";

/** The resident set: what the system counts against this process, its heaps, buffers and native code's memory together. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/**
 * The most that was resident at once since the process began. On Linux that is VmHWM: a process's maxRSS begins with the peak of
 * the one that started it (exec_mmap in fs/exec.c takes the old memory's over), which may be many times its own.
 */
export function peakResidentBytes(): number {
  return highWaterBytes("self") ?? process.resourceUsage().maxRSS * 1024;
}

/** VmHWM of a process, its peak as the kernel counts it; undefined where /proc tells nothing of it. */
export function highWaterBytes(pid: number | "self"): number | undefined {
  try {
    // Asked for rather than imported: a page loads what imports this file.
    const status = process.getBuiltinModule("node:fs").readFileSync(`/proc/${pid}/status`, "utf8");
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** From this share of a limit on, garbage is collected before it is needed. */
const SOFT = 0.9;
/** A collection takes milliseconds: what asks again within this time is told what there is. */
const BETWEEN_MS = 200;

export interface ResidentOptions {
  /** Bytes that what is about to be done will add. */
  readonly more?: number;
  readonly read?: () => number;
  readonly collect?: () => void;
}

/**
 * Refuses what would take the process over `limit` bytes, after a collection has been tried.
 * @throws Fault `memory/resident`
 */
export function guardResident(limit: number, options: ResidentOptions = {}): void {
  const { more = 0, read = residentBytes, collect = collectGarbage } = options;
  let used = read();
  if (used + more <= SOFT * limit) return;
  collect();
  used = read();
  if (used + more <= limit) return;
  const wanted = more === 0 ? "" : `, and ${printBytes(more)} are wanted for what is asked`;
  throw new Fault("memory/resident", {
    what: `the process holds ${printBytes(used)} of memory${wanted}; its limit is ${printBytes(limit)}`,
    remedy: "try again in a moment, send less at once, or give it more memory",
  });
}

/** Collects garbage where the process holds more than nearly `limit` bytes. */
export function relieveResident(limit: number): void {
  if (residentBytes() > SOFT * limit) collectGarbage();
}

let collector: (() => void) | undefined;
let collectedAt = -Infinity;

/** A full collection on this thread, at most five a second. Node hides the collector unless it is asked for by a flag. */
function collectGarbage(): void {
  if (performance.now() - collectedAt < BETWEEN_MS) return;
  if (collector === undefined) {
    // Asked for rather than imported, as above.
    process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
    collector = process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
  }
  collector();
  collectedAt = performance.now();
}
