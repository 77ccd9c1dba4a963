import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { z } from "zod";
import { diskFault } from "../base/files.ts";
import { Fault } from "../base/fault.ts";
import { canonical } from "../base/hash.ts";
import type { Redacted } from "./document.ts";
import type { Found } from "./walk.ts";

/** What a whole run was done with. A log goes on only under the same. */
export interface AuditHead {
  readonly whittle: string;
  /** Hash of the pack that found what was removed; null where no pack did. */
  readonly model: string | null;
  readonly names: string;
  readonly unread: string;
}

export type AuditLine =
  | ({ readonly file: string; readonly status: "redacted"; readonly format: string } & Input & Redacted)
  | ({ readonly file: string; readonly status: "refused"; readonly fault: Refusal } & Input);

interface Input {
  readonly bytes: number;
  readonly modified: number;
}

/** A fault without what may quote a document or name a file: only the letters of this folder are known not to. */
export interface Refusal {
  readonly code: string;
  readonly where?: string;
  readonly why?: string;
}

const done = z.object({
  file: z.string(),
  status: z.literal("redacted"),
  bytes: z.number(),
  modified: z.number(),
  hash: z.string(),
});

/**
 * The log of a run, in lines of JSON: first what it was done with, then a line a document. It holds no text of any
 * document: names as they were given to the output, offsets, lengths, labels and hashes of the output alone.
 */
export class Audit {
  readonly #path: string;
  readonly #done = new Map<string, z.infer<typeof done>>();
  readonly isGoingOn: boolean;

  constructor(path: string, head: AuditHead) {
    this.#path = path;
    const lines = existingLines(path);
    this.isGoingOn = lines.length > 0;
    if (!this.isGoingOn) this.#append(head);
    else if (lines[0] !== canonical(head)) {
      throw new Fault("document/audit", {
        what: "there is a log of another run where the audit log is to be written",
        where: path,
        why: "it was done with another model, version or other settings",
        remedy: "move it away with what was written then, or name another file",
      });
    }
    for (const line of lines.slice(1)) {
      const read = done.safeParse(parsed(line));
      if (read.success) this.#done.set(read.data.file, read.data);
    }
  }

  /** The output's hash where this document, unchanged since, was redacted before under this name. */
  doneBefore(file: string, { bytes, modified }: Found): string | undefined {
    const before = this.#done.get(file);
    return before?.bytes === bytes && before.modified === modified ? before.hash : undefined;
  }

  write(line: AuditLine): void {
    this.#append(line);
  }

  #append(record: AuditHead | AuditLine): void {
    try {
      appendFileSync(this.#path, `${canonical(record)}\n`, { flush: true });
    } catch (cause) {
      throw diskFault(cause, "write", this.#path);
    }
  }
}

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Fault)) return { code: "internal/error" };
  const { code, where, why } = error;
  return code.startsWith("document/") ? { code, where, why } : { code };
}

/** The whole lines of a log; one that broke off in the middle is cut from the file. */
function existingLines(path: string): string[] {
  try {
    if (!existsSync(path)) return [];
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(10) + 1;
    if (whole < bytes.length) truncateSync(path, whole);
    return bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1);
  } catch (cause) {
    throw diskFault(cause, "read", path);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
