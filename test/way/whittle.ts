import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

/** The command line as a user has it: the built one, in a process of its own. */

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const main = join(root, "dist/faces/cli/main.js");

export interface Outcome {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** What runs node, such as ["unshare", "-rn"]. */
  readonly under?: readonly string[];
}

export async function whittle(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (!existsSync(main)) throw new Error("dist/ is not built: run npm run build");
  return run([...(options.under ?? []), process.execPath, main, ...args], options);
}

export function run(command: readonly string[], { cwd = root, env = {}, input }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...bare(), ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => out.push(piece));
    child.stderr.on("data", (piece: Buffer) => err.push(piece));
    child.stdin.on("error", () => undefined); // A command that does not read its input may end before it is written.
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
    child.stdin.end(input ?? "");
  });
}

/** The environment without what would change how the command speaks. */
export function bare(): NodeJS.ProcessEnv {
  const changing = /^(WHITTLE_|NO_COLOR$|FORCE_COLOR$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !changing.test(name)));
}

/** An empty folder, gone after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "whittle-way-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface FaultLetter {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly why: string | null;
  readonly remedy: string | null;
}

/**
 * The fault that a command ended with, read from its JSON; its letter for people says the same, and no stack trace is
 * shown.
 */
export function faultOf(outcome: Outcome, exit = 1): FaultLetter {
  expect(outcome.code, outcome.err).toBe(exit);
  expect(outcome.err).not.toMatch(/^\s+at /m);
  const { error } = JSON.parse(outcome.out.trim().split("\n").at(-1) ?? "") as { error: FaultLetter };
  expect(outcome.err).toContain(`${error.code}: ${error.message}`);
  expect(error.remedy, "a fault says what to do").toBeTruthy();
  return error;
}

const words = {
  delivery: ["parcel", "courier", "late", "tracking", "door", "van", "arrived", "address", "box", "driver"],
  billing: ["invoice", "charge", "paid", "twice", "card", "refund", "statement", "price", "tax", "amount"],
  account: ["password", "login", "email", "profile", "locked", "code", "reset", "username", "phone", "settings"],
} as const;

/** Small rows that are easily told apart, from a fixed list: `n` a label. */
export function easyRows(n: number): { body: string; queue: string; channel: string }[] {
  return Object.entries(words).flatMap(([queue, list]) =>
    Array.from({ length: n }, (_, i) => {
      const pick = (step: number): string => list[(i * step + (i >> 3)) % list.length];
      const body = `${pick(1)} and ${pick(3)} with my ${pick(7)}, case ${i * 17 + queue.length} from ${pick(9)}`;
      return { body, queue, channel: i % 2 === 0 ? "email" : "chat" };
    }),
  );
}

export function csvOf(rows: readonly Readonly<Record<string, string>>[]): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const names = Object.keys(rows[0]);
  return [names.join(","), ...rows.map((row) => names.map((name) => cell(row[name])).join(","))].join("\n") + "\n";
}
