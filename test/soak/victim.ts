import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";

/**
 * Starts a victim (a script, its folder and a number) and kills it a moment after it has said so many lines; the numbers
 * that it acknowledged, a line each, after the first line, which says that it has begun.
 */
export async function killed(
  victim: string,
  folder: string,
  number: number,
  lines: number,
  moment: number,
): Promise<number[]> {
  const child = spawn(process.execPath, [victim, folder, String(number)]);
  const closed = once(child, "close");
  let said = "";
  let complained = "";
  child.stderr.on("data", (data: Buffer) => (complained += data.toString()));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.split("\n").length > lines) resolve();
    });
    child.on("close", () => resolve());
  });
  await pause(moment);
  child.kill("SIGKILL");
  await closed;
  expect(complained).toBe("");
  return said.split("\n").slice(1, -1).map(Number);
}
