import { csv } from "./csv.ts";
import type { DocumentFormat } from "./document.ts";
import { docx } from "./docx/index.ts";
import { html } from "./html/index.ts";
import { json, jsonl } from "./json.ts";
import { pdf } from "./pdf/index.ts";
import { text } from "./text.ts";

/** The formats that are redacted, each known by its endings. */
export const formats: readonly DocumentFormat[] = [text, csv, jsonl, json, html, docx, pdf];
