import { posix } from "node:path";
import type { Redact } from "../document.ts";
import { readAddress, writeAddress } from "../address.ts";
import type { Memory } from "../memory.ts";
import { redactPassages, type Passage } from "../passage.ts";
import type { Tally } from "../tally.ts";
import { isText, type XmlElement } from "./xml.ts";

/** Leaves in the list of content types only what speaks of parts that stay. */
export function cleanContentTypes(root: XmlElement, stays: (part: string) => boolean): void {
  root.children = root.children.filter((child) => {
    if (isText(child)) return false;
    if (child.local === "Default") return /^[a-z0-9]{1,8}$/i.test(child.attributes.get("Extension") ?? "");
    return stays((child.attributes.get("PartName") ?? "").replace(/^\//, ""));
  });
}

/**
 * Leaves in a list of relationships those to parts that stay and those out of the document: of these the addresses of
 * links are redacted, and of all others (a linked picture, a folder on somebody's machine) nothing is left.
 */
export async function redactRelationships(
  root: XmlElement,
  part: string,
  stays: (part: string) => boolean,
  redact: Redact,
  memory: Memory,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  const folder = posix.dirname(posix.dirname(part));
  const passages: Passage[] = [];
  root.children = root.children.filter((child) => {
    if (isText(child)) return false;
    const target = child.attributes.get("Target") ?? "";
    const type = child.attributes.get("Type") ?? "";
    if (child.attributes.get("TargetMode") !== "External" && !target.startsWith("#")) {
      return stays(target.startsWith("/") ? target.slice(1) : posix.join(folder, target));
    }
    if (/\/(?:attachedTemplate|mailMerge\w*|subDocument)$/.test(type)) return false;
    if (!type.endsWith("/hyperlink")) {
      child.attributes.set("Target", "file:///removed");
      return true;
    }
    const { text, isEncoded } = readAddress(target);
    const write = (value: string): void => {
      child.attributes.set("Target", isEncoded || /[^\x21-\x7e]/.test(value) ? writeAddress(value) : value);
    };
    passages.push({ where: `${part}, link ${passages.length + 1}`, pieces: [{ text, write }] });
    return true;
  });
  await redactPassages(passages, redact, memory, tally, signal);
}
