import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Redacted } from "../../src/documents/document.ts";
import { pdf } from "../../src/documents/pdf/index.ts";
import { type OpenPdf, Pdfium } from "../../src/documents/pdf/pdfium.ts";
import { readByPlace } from "../../src/documents/pdf/reading.ts";
import { redacted } from "./made-documents.ts";
import { leftIn } from "./made-pdf.ts";

const hasPdftotext = spawnSync("pdftotext", ["-v"]).status === 0;
if (!hasPdftotext)
  process.stderr.write("pdftotext is not installed: the second reading of redacted PDFs is left out\n");

const words = ["Jane Doe", "jane.doe@example.org", "4111111111111111", "Jane", "41111111", "Doe,"];

let started: Promise<Pdfium> | undefined;

/** A PDF opened by one PDFium for all tests of a file. */
export const open = async (bytes: Uint8Array): Promise<OpenPdf> => (await (started ??= Pdfium.start())).open(bytes);

async function pageTexts(bytes: Uint8Array): Promise<string[]> {
  const document = await open(bytes);
  return Array.from({ length: document.pages() }, (_, i) => readByPlace(document.text(i)).text);
}

/** A reader that shares nothing with ours, where it is installed. */
function otherReader(bytes: Uint8Array, folder: string): string {
  if (!hasPdftotext) return "";
  const path = join(folder, "read.pdf");
  writeFileSync(path, bytes);
  return execFileSync("pdftotext", ["-layout", path, "-"], { stdio: ["ignore", "pipe", "ignore"] }).toString();
}

/** Redacts, and looks for what was removed with every means there is. */
export async function through(
  bytes: Uint8Array,
  folder: string,
  unread: "refuse" | "keep" = "refuse",
): Promise<{ out: Uint8Array; told: Redacted; texts: string[] }> {
  const { bytes: out, told } = await redacted(pdf, bytes, folder, { unread, piece: 1 << 16 });
  const texts = await pageTexts(out);
  expect(leftIn(out, words)).toEqual([]);
  for (const read of [...texts, otherReader(out, folder)])
    expect(read.replace(/\s+/g, "")).not.toMatch(/Jane|JaneDoe|41111111/i);
  expect(JSON.stringify(told)).not.toMatch(/Jane|Doe|4111/);
  return { out, told, texts };
}

/** Whether a page was drawn as a picture. */
export const hasPictures = (told: Redacted): boolean =>
  told.dropped.some((each) => each.includes("pictures of themselves"));
