import { createHash } from "node:crypto";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { makeFolder, sweep } from "../base/files.ts";
import { Fault } from "../base/fault.ts";
import type { Progress } from "../base/progress.ts";
import { version } from "../base/version.ts";
import { Audit, refusalOf, type Refusal } from "./audit.ts";
import { defaultLimits, type DocumentFormat, type Limits, type Options, type Redact } from "./document.ts";
import { Names, type Naming } from "./names.ts";
import { bytesOf, refuseStopped } from "./source.ts";
import { walk, type Found } from "./walk.ts";

export interface FolderOptions {
  /** Asked for once a document, so that a pseudonym may hold within one; and once for the names. */
  readonly redact: () => Redact;
  readonly formats: readonly DocumentFormat[];
  /** Where the audit log is written, outside the folder that is read. */
  readonly audit: string;
  /** Hash of the pack behind `redact`, for the log. */
  readonly model?: string;
  readonly names?: Naming;
  readonly unread?: Options["unread"];
  readonly limits?: Limits;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface FolderRedacted {
  readonly redacted: number;
  /** Done in an earlier run of the same settings, and unchanged since. */
  readonly doneBefore: number;
  /** By the names that they would have had. None of them was copied. */
  readonly refused: readonly { readonly file: string; readonly fault: Refusal }[];
  /** Of the documents redacted in this run, by label in order of the labels. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Redacts every document in a folder into another, whatever folders it stands in. A file of no known format, a link and
 * a document that cannot be redacted with certainty are refused and listed, never copied; the rest goes on. A run that
 * broke off goes on where it was when it is started again with the same audit log.
 */
export async function redactFolder(input: string, output: string, options: FolderOptions): Promise<FolderRedacted> {
  const { names = "redact", unread = "refuse", limits = defaultLimits, signal, progress } = options;
  refuseInside(input, output);
  refuseInside(input, options.audit);
  const found = walk(input);
  makeFolder(output);
  const isEmpty = readdirSync(output).every((name) => resolve(output, name) === resolve(options.audit));
  makeFolder(dirname(options.audit));
  if (!isEmpty && !existsSync(options.audit)) throw notEmpty(output);
  const audit = new Audit(options.audit, { whittle: version, model: options.model ?? null, names, unread });
  if (!isEmpty && !audit.isGoingOn) throw notEmpty(output);

  const named = new Names(names, options.redact());
  const refused: { file: string; fault: Refusal }[] = [];
  const counts = new Map<string, number>();
  const ready = new Set<string>();
  const makeReady = (folder: string): void => {
    if (ready.has(folder)) return;
    ready.add(folder);
    makeFolder(folder);
    sweep(folder);
  };
  let redacted = 0;
  let doneBefore = 0;
  for (const [i, thing] of found.entries()) {
    refuseStopped(signal);
    progress?.report({ stage: "serve", label: "documents", done: i, total: found.length });
    const { format, extension } = formatOf(thing, options.formats);
    const file = await named.of(thing.path, extension);
    const path = join(output, file);
    const size = { bytes: thing.bytes, modified: thing.modified };
    const hash = audit.doneBefore(file, thing);
    if (hash !== undefined && (await hashOfFile(path)) === hash) {
      doneBefore++;
      continue;
    }
    try {
      if (format === undefined) throw unknownFormat(thing);
      makeReady(dirname(path));
      const told = await format.redact(join(input, ...thing.path), path, options.redact(), { limits, unread, signal });
      redacted++;
      for (const [label, n] of Object.entries(told.counts)) counts.set(label, (counts.get(label) ?? 0) + n);
      audit.write({ file, status: "redacted", format: format.name, ...size, ...told });
    } catch (error) {
      const fault = refusalOf(error);
      if (fault.code === "document/stopped" || fault.code === "disk/full") throw error;
      refused.push({ file, fault });
      audit.write({ file, status: "refused", fault, ...size });
    }
  }
  progress?.report({ stage: "serve", label: "documents", done: found.length, total: found.length });
  return {
    redacted,
    doneBefore,
    refused,
    counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function formatOf(
  { path, isFile }: Found,
  formats: readonly DocumentFormat[],
): { format?: DocumentFormat; extension: string } {
  const name = path[path.length - 1].toLowerCase();
  for (const format of isFile ? formats : []) {
    const extension = format.extensions.find((ending) => name.endsWith(ending) && name.length > ending.length);
    if (extension !== undefined) return { format, extension };
  }
  return { extension: "" };
}

/** SHA-256 of a file of any size; undefined where there is none. */
async function hashOfFile(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const hash = createHash("sha256");
  for await (const bytes of bytesOf(path)) hash.update(bytes);
  return hash.digest("hex");
}

function unknownFormat({ isFile }: Found): Fault {
  return new Fault("document/format", {
    what: "a file is of no format that can be redacted",
    why: isFile ? "its ending is none of those known" : "it is a link, a pipe or a device",
    remedy: "bring it as plain text, or redact it by hand",
  });
}

/** What is written must not come to be read. */
function refuseInside(folder: string, path: string): void {
  const way = relative(real(folder), real(path));
  if (way !== "" && (way.startsWith("..") || resolve(way) === way)) return;
  throw new Fault("document/folders", {
    what: `${path} lies inside the folder that is read`,
    where: path,
    why: "what is written there would be read again, or written over what is read",
    remedy: "name a folder beside it",
  });
}

/** The path without links, where a part of it is not there yet too. */
function real(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  const above = dirname(whole);
  return above === whole ? whole : join(real(above), relative(above, whole));
}

function notEmpty(output: string): Fault {
  return new Fault("document/folders", {
    what: `${output} is not empty`,
    where: output,
    why: "what is in it was not written by a run whose audit log is at hand, and could be written over",
    remedy: "name an empty folder, or give the audit log of the run that is to go on",
  });
}
