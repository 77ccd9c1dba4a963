import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import { Fault } from "../base/fault.ts";
import type { Progress } from "../base/progress.ts";
import {
  defaultLimits,
  type DocumentFormat,
  type Redact,
  type Redacted,
  type Replacement,
} from "../documents/document.ts";
import { type FolderOptions, type FolderRedacted, redactFolder } from "../documents/folder.ts";
import { formats } from "../documents/formats.ts";
import { throughWindows, windowSizes } from "../documents/window.ts";
import { replacerOf } from "../kinds/redact/policy.ts";
import { placesIn } from "../kinds/spans.ts";
import type { Opened } from "../predict/pack.ts";

/** Characters of a document that a predictor is asked about at once: a window with what it sees before and after. */
export const DOCUMENT_WINDOW = windowSizes.size + windowSizes.before;

/** What of a pack documents are redacted with. */
export type Redactor = Pick<Opened, "manifest" | "scores" | "hash">;

export interface DocumentOptions extends Pick<FolderOptions, "audit" | "names" | "unread"> {
  /** Secret of pseudonyms that mean the same over all documents. */
  readonly secret: string | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Redacts a folder of documents into another. */
export function redactDocuments(
  pack: Redactor,
  input: string,
  output: string,
  { secret, ...options }: DocumentOptions,
): Promise<FolderRedacted> {
  refuseOtherKind(pack);
  return redactFolder(input, output, {
    ...options,
    formats,
    model: pack.hash,
    redact: () => redactWith(pack, secret, options.signal),
  });
}

/** Redacts one document into a file. */
export async function redactDocument(
  pack: Redactor,
  input: string,
  output: string,
  { secret, unread = "refuse", signal }: Omit<DocumentOptions, "audit" | "names" | "progress">,
): Promise<Redacted> {
  refuseOtherKind(pack);
  const format = formatOf(input);
  if (format === undefined) {
    throw new Fault("document/format", {
      what: `${basename(input)} is of no format that can be redacted`,
      where: input,
      why: `documents end in ${formats.flatMap(({ extensions }) => extensions).join(", ")}`,
      remedy: "bring it as plain text, or redact it by hand",
    });
  }
  return format.redact(input, output, redactWith(pack, secret, signal), { limits: defaultLimits, unread, signal });
}

export function formatOf(path: string): DocumentFormat | undefined {
  return formats.find(({ extensions }) => extensions.includes(extname(path).toLowerCase()));
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * What one document is redacted with: its pseudonyms hold from its first text to its last. A cell or a string longer than a
 * window is read through several.
 */
function redactWith(pack: Redactor, secret: string | undefined, signal: AbortSignal | undefined): Redact {
  const replace = replacerOf(pack.manifest.spans?.categories ?? {}, secret);
  const ask: Redact = async (text) => {
    if (text.trim() === "") return [];
    const [scored] = await pack.scores([text], { signal });
    if (scored instanceof Fault) throw scored;
    const spans = placesIn(scored, text, pack.manifest);
    const by = replace(text, spans);
    return spans.map((span, i) => ({ ...span, replacement: by[i] }));
  };
  return async (text) => {
    if (text.length <= windowSizes.size) return ask(text);
    const found: Replacement[] = [];
    for await (const { replacements } of throughWindows(once(text), ask)) found.push(...replacements);
    return found;
  };
}

async function* once(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}

function refuseOtherKind({ manifest }: Redactor): void {
  if (manifest.kind === "redact") return;
  throw new Fault("document/kind", {
    what: `a pack of kind ${manifest.kind} cannot redact documents`,
    why: "what is to go out of a document is known to packs of kind redact alone",
    remedy: "make a pack of kind redact, or give rows of text: --in rows.jsonl",
  });
}
