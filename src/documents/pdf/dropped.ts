import type { Tally } from "../tally.ts";
import type { Clean } from "./clean.ts";
import type { PdfFile } from "./file.ts";
import { dictOf, isArray } from "./value.ts";

const parts: readonly (readonly [string, string])[] = [
  ["AcroForm", "form fields (what they show stays)"],
  ["Metadata", "metadata"],
  ["OCProperties", "layers (what is shown stays)"],
  ["OpenAction", "actions"],
  ["Outlines", "bookmarks"],
  ["PieceInfo", "private data of programs"],
  ["StructTreeRoot", "structure for reading aloud"],
];

/** Lists what the new document does without. */
export function listDropped(file: PdfFile, made: Clean, tally: Tally): void {
  const catalogue = file.catalogue();
  for (const [key, things] of parts) if (file.resolve(catalogue.get(key)) !== null) tally.dropped(things);
  const names = dictOf(catalogue.get("Names"), file.resolve);
  if (names.has("EmbeddedFiles") || isArray(file.resolve(catalogue.get("AF")))) tally.dropped("embedded files");
  if (names.has("JavaScript")) tally.dropped("scripts");
  if (file.resolve(file.trailer.get("Info")) !== null) tally.dropped("properties (title, author, …)");
  for (let i = 0; i < made.annotations.drawn; i++) tally.dropped("notes and fields that are now part of their page");
  for (let i = 0; i < made.annotations.lost; i++) tally.dropped("notes and fields without a drawing");
}
