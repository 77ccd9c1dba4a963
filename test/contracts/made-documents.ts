import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  defaultLimits,
  type DocumentFormat,
  type Limits,
  type Options,
  type Redact,
  type Redacted,
} from "../../src/documents/document.ts";

/** For the tests: people and numbers that nobody has, and a finder that knows them. */

export const secrets = ["Jane Doe", "jane.doe@example.org", "4111111111111111", "Åsa Öberg", "O'Hara <x>"] as const;

/** Finds the secrets, in any case and with any white space inside, and puts a label in brackets in their place. */
export const redactSecrets: Redact = async (text) =>
  [...text.matchAll(/jane[.\s]doe(@example\.org)?|4111111111111111|Åsa\s+Öberg|O'Hara <x>/gi)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
    label: /@/.test(m[0]) ? "EMAIL" : /\d/.test(m[0]) ? "CARD" : "NAME",
    replacement: /@/.test(m[0]) ? "[EMAIL]" : /\d/.test(m[0]) ? "[CARD]" : "[NAME]",
  }));

/** What of the secrets is still to be read in some bytes, in whatever way these bytes may be read. */
export function leaksIn(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const readings = [buffer.toString("utf8"), buffer.toString("latin1"), buffer.toString("utf16le"), buffer.subarray(1).toString("utf16le")]; // prettier-ignore
  readings.push(readings[0].replace(/<[^>]*>/g, ""), unescaped(readings[0]));
  const words = [...secrets, "jane", "doe", "öberg", "41111111", "o'hara", "hara &lt;"];
  return words.filter((word) => readings.some((reading) => reading.toLowerCase().includes(word.toLowerCase())));
}

function unescaped(text: string): string {
  const percent = text.replace(/(%[0-9a-f]{2})+/gi, (hex) => Buffer.from(hex.replaceAll("%", ""), "hex").toString());
  return percent
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)));
}

/** A folder of its own for a file of tests, gone when they are. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "whittle-documents-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let made = 0;

/** Redacts bytes, or a text in UTF-8, given in pieces of `piece` bytes. */
export async function redacted(
  format: DocumentFormat,
  content: string | Uint8Array,
  folder: string,
  { piece = 7, redact = redactSecrets, limits = {}, unread = "refuse" }: {
    piece?: number;
    redact?: Redact;
    limits?: Partial<Limits>;
    unread?: Options["unread"];
  } = {}, // prettier-ignore
): Promise<{ bytes: Uint8Array; text: string; told: Redacted }> {
  const all = typeof content === "string" ? Buffer.from(content) : content;
  async function* pieces(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < all.length; at += piece) yield all.subarray(at, at + piece);
  }
  const path = join(folder, `out-${made++}`);
  const told = await format.redact(pieces(), path, redact, { limits: { ...defaultLimits, ...limits }, unread });
  const bytes = readFileSync(path);
  return { bytes, text: bytes.toString("utf8"), told };
}
