import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { bare } from "./way/whittle.ts";

/** A process of Node.js that says on its first line where it listens. Ended with the test. */
export async function serving(
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: bare() });
  onTestFinished(() => void child.kill("SIGKILL"));
  const errors: Buffer[] = [];
  child.stderr.on("data", (piece: Buffer) => errors.push(piece));
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (piece: Buffer) => resolve(piece.toString()));
    child.once("close", (code) => reject(new Error(`it ended with ${code}: ${Buffer.concat(errors).toString()}`)));
  });
  return { child, url: (JSON.parse(said) as { url: string }).url };
}

/** Whether the system tells of another process's memory. */
export const tellsOfMemory = process.platform === "linux";

/** Bytes that are resident now, or were at most (VmHWM), as the kernel counts them for a process; 0 once it has ended. */
export function memoryOf({ pid }: ChildProcess, what: "VmRSS" | "VmHWM"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return 1024 * Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Asks a server for predictions; the status and the body. */
export async function asked(url: string, body: object): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}/v1/predict`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
