import type { Redact } from "../document.ts";
import type { Memory } from "../memory.ts";
import { redactPassages, type Passage } from "../passage.ts";
import { replaceIn } from "../replace.ts";
import type { Tally } from "../tally.ts";
import { elementsOf, localOf, type XmlElement } from "./xml.ts";

/** Attributes that hold text wherever they stand: descriptions, names of pictures and bookmarks, field codes, links. */
const textual = new Set(
  (
    "descr title alt tooltip instr name altName displayText lastValue string href anchor location docLocation " +
    "tgtFrame shapename caption"
  ).split(" "),
);

/** Elements whose w:val holds text. */
const textualValues = new Set(
  (
    "alias tag tblCaption tblDescription statusText helpText default entryMacro exitMacro listEntry docPart name lvlText " +
    "aliases format"
  ).split(" "),
);

function isTextual(element: XmlElement, name: string): boolean {
  const local = localOf(name);
  if (element.local === "font" || element.local === "lsdException") return false;
  if (textual.has(local)) return true;
  if (local === "value") return element.local === "listItem";
  return local === "val" && textualValues.has(element.local);
}

/** A bookmark's name is letters, digits and underscores, forty at most. */
function asBookmark(element: XmlElement, name: string, value: string): string {
  const isBookmark = element.local === "bookmarkStart" || localOf(name) === "anchor";
  return isBookmark ? value.replace(/[^\p{L}\p{N}_]/gu, "_").slice(0, 40) : value;
}

/** Asks about the attributes that hold text, and takes what is remembered out of all others. */
export async function redactAttributes(
  root: XmlElement,
  part: string,
  redact: Redact,
  memory: Memory,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  const passages: Passage[] = [];
  for (const element of elementsOf(root)) {
    for (const [name, text] of element.attributes) {
      const write = (value: string): void => void element.attributes.set(name, asBookmark(element, name, value));
      if (isTextual(element, name))
        passages.push({ where: `${part}, attribute ${passages.length + 1}`, pieces: [{ text, write }] });
      else {
        const found = memory.find(text);
        if (found.length === 0) continue;
        tally.replaced(`${part}, an attribute without text`, found);
        write(replaceIn(text, found));
      }
    }
  }
  await redactPassages(passages, redact, memory, tally, signal);
}
