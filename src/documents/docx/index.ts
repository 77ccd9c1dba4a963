import type { DocumentFormat } from "../document.ts";
import { Memory } from "../memory.ts";
import { writing } from "../output.ts";
import { redactPassages } from "../passage.ts";
import { tooComplex, wholeOf } from "../source.ts";
import { Tally } from "../tally.ts";
import { redactAttributes } from "./attributes.ts";
import { clean } from "./clean.ts";
import { cleanContentTypes, redactRelationships } from "./package.ts";
import { sortParts } from "./parts.ts";
import { passagesOf } from "./passages.ts";
import { readXml, writeXml, type XmlElement } from "./xml.ts";
import { corrupt, pack, unpack } from "./zip.ts";

/**
 * Word's DOCX: the text of the document, its headers, footers, notes, text boxes, charts and diagrams, joined over runs;
 * field codes, links, descriptions of pictures. Comments, properties, what was struck out and who changed what are
 * dropped. A part that is not known refuses the document; so does a picture or an embedded file, unless it may stay.
 */
export const docx: DocumentFormat = {
  name: "DOCX",
  extensions: [".docx"],
  redact: async (input, path, redact, options) => {
    const { limits, signal } = options;
    const tally = new Tally(limits);
    const parts = await unpack(await wholeOf(input, limits, signal), limits);
    const fates = sortParts(parts, tally, options);
    const stays = (part: string): boolean => fates.has(part);
    const trees = new Map<string, XmlElement>();
    const built = { elements: 0, bytes: 0 };
    for (const [name, bytes] of parts) {
      const fate = fates.get(name);
      if (fate !== "read" && fate !== "package") continue;
      built.bytes += bytes.length;
      if (built.bytes > limits.wholeBytes) throw tooComplex(`more than ${limits.wholeBytes} bytes of XML`);
      trees.set(name, readXml(bytes, name, limits, built));
    }
    if (![...trees.keys()].some((name) => /^word\/document\d*\.xml$/.test(name)) || !trees.has(contentTypes))
      throw corrupt("it has no text, or no list of its parts");

    const memory = new Memory();
    const read = [...trees].filter(([name]) => fates.get(name) === "read");
    for (const [, tree] of read) clean(tree, tally);
    // All texts at once, so that what is found in one part is known in the others.
    await redactPassages(read.flatMap(([name, tree]) => passagesOf(tree, name)), redact, memory, tally, signal); // prettier-ignore
    for (const [name, tree] of read) await redactAttributes(tree, name, redact, memory, tally, signal);
    for (const [name, tree] of trees) {
      if (name === contentTypes) cleanContentTypes(tree, stays);
      else if (fates.get(name) === "package")
        await redactRelationships(tree, name, stays, redact, memory, tally, signal);
    }

    const written = new Map<string, Uint8Array>();
    for (const name of [contentTypes, ...fates.keys()]) {
      const tree = trees.get(name);
      written.set(name, tree === undefined ? (parts.get(name) ?? new Uint8Array(0)) : writeXml(tree));
    }
    const hash = await writing(path, async (output) => output.write(pack(written)));
    return tally.close(hash);
  },
};

const contentTypes = "[Content_Types].xml";
