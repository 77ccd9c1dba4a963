import { Fault } from "../../base/fault.ts";
import type { Options } from "../document.ts";
import type { Tally } from "../tally.ts";
import type { Parts } from "./zip.ts";

/** What becomes of a part of a Word document. A part that no row names refuses the document. */
type Fate =
  /** XML, redacted. */
  | "read"
  /** Content types and relationships: written anew. */
  | "package"
  /** Taken out, and with it what leads to it. */
  | "dropped"
  /** A picture or a file that nothing here can read. */
  | "unread";

const fates: readonly (readonly [pattern: RegExp, fate: Fate, things?: string])[] = [
  [/^\[Content_Types\]\.xml$/, "package"],
  [/^(?:word\/(?:glossary\/|charts\/|diagrams\/|theme\/|drawings\/)?)?_rels\/(?:[A-Za-z]+\d*\.xml)?\.rels$/, "package"],
  [/^word\/(?:glossary\/)?(?:document|header|footer|footnotes|endnotes|styles|stylesWithEffects)\d*\.xml$/, "read"],
  [/^word\/(?:glossary\/)?(?:settings|webSettings|fontTable|numbering)\d*\.xml$/, "read"],
  [/^word\/(?:glossary\/)?theme\/theme(?:Override)?\d*\.xml$/, "read"],
  [/^word\/charts\/(?:chart|chartEx|style|colors)\d*\.xml$/, "read"],
  [/^word\/(?:diagrams|drawings)\/(?:data|drawing|layout|quickStyles?|colors)\d*\.xml$/, "read"],
  [/^docProps\/|^docMetadata\//, "dropped", "parts with the document's properties"],
  [/^customXml\//, "dropped", "parts with data behind the text"],
  [/^word\/(?:glossary\/)?(?:comments\w*|people)\d*\.xml$/, "dropped", "parts with comments and their writers"],
  [/^word\/(?:glossary\/)?fonts\//, "dropped", "fonts"],
  [/^word\/(?:printerSettings|documenttasks|webextensions)\/|^customUI\//, "dropped", "settings of programs"],
  [/^word\/(?:customizations|recipientData|recipients)\d*\.xml$/, "dropped", "settings of programs"],
  [/^_xmlsignatures\//, "dropped", "signatures"],
  [/^word\/(?:glossary\/)?media\/(?:image|rId)\d*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)$/i, "unread"],
  [/^word\/embeddings\/(?:oleObject|package|Microsoft_[A-Za-z_]+)\d*\.(?:bin|xlsx|xls|docx|doc|pptx|ppt)$/, "unread"],
];

/** The parts that stay, each with what is to be done with it. A part's name is in a fault only where a row knows it. */
export function sortParts(parts: Parts, tally: Tally, { unread }: Options): Map<string, Fate> {
  const stay = new Map<string, Fate>();
  let number = 0;
  for (const name of parts.keys()) {
    number++;
    const row = fates.find(([pattern]) => pattern.test(name));
    if (row === undefined) {
      throw new Fault("document/part", {
        what: "the Word document holds a part that is not known",
        where: `part ${number} of the archive`,
        why: "what is written in it would stay, or the document would not open without it",
        remedy: "save it as DOCX without macros, from a word processor",
      });
    }
    const [, fate, things] = row;
    if (fate === "unread" && unread === "refuse") throw cannotRead(name);
    if (fate === "unread") tally.keptUnread(name);
    if (fate !== "dropped") stay.set(name, fate);
    else if (things !== undefined) tally.dropped(things);
  }
  for (const name of stay.keys()) {
    const source = /^(.*)_rels\/(.+)\.rels$/.exec(name);
    if (source !== null && !stay.has(`${source[1]}${source[2]}`)) stay.delete(name);
  }
  return stay;
}

function cannotRead(name: string): Fault {
  return new Fault("document/unread", {
    what: "the document holds a picture or a file that cannot be read",
    where: name,
    why: "what is written in it would stay",
    remedy: "take it out, or allow what is not read to stay",
  });
}
