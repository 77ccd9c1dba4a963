import { type ChildProcess, spawn } from "node:child_process";
import { highWaterBytes } from "../../src/base/resident.ts";

/** What a process took, seen from outside. */
export interface Watched {
  /** VmHWM of /proc/PID/status: the kernel's own count of the most that was ever resident. */
  readonly peakBytes: number;
  readonly output: string;
}

const EVERY_MS = 5;

/**
 * Runs Node.js until it ends, or until `drive` is done with it, and reads its peak resident set every few milliseconds. The
 * kernel keeps the peak, so one that came and went between two looks is seen; what happens after the last look is not.
 */
export async function watched(
  args: readonly string[],
  drive?: (child: ChildProcess, said: () => string) => Promise<void>,
  allowed: readonly number[] = [0],
): Promise<Watched> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  let peakBytes = 0;
  const look = setInterval(() => (peakBytes = Math.max(peakBytes, highWaterBytes(child.pid ?? 0) ?? 0)), EVERY_MS);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  try {
    if (drive !== undefined) {
      await drive(child, () => output);
      peakBytes = Math.max(peakBytes, highWaterBytes(child.pid ?? 0) ?? 0);
      child.kill("SIGTERM");
    }
    const code = await ended;
    if (drive === undefined && (code === null || !allowed.includes(code)))
      throw new Error(`it ended with ${code}: ${errors.slice(-400)}`);
  } finally {
    clearInterval(look);
    child.kill("SIGKILL");
  }
  return { peakBytes, output };
}
