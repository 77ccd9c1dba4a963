import type { DocumentFormat } from "../document.ts";
import { Memory } from "../memory.ts";
import { encode, writing } from "../output.ts";
import { redactPassages } from "../passage.ts";
import { textOf, wholeOf } from "../source.ts";
import { Tally } from "../tally.ts";
import { redactAttributes } from "./attributes.ts";
import { clean } from "./clean.ts";
import { passagesOf } from "./passages.ts";
import { readHtml, writeHtml } from "./tree.ts";

/**
 * HTML: the texts, hidden ones too, joined over inline elements; every attribute; styles as text. Comments, scripts and
 * pages inside the page are dropped. The output is written anew from the tree, so that nothing the parser passed over
 * (attributes of closing tags, a second attribute of one name) is left in it.
 */
export const html: DocumentFormat = {
  name: "HTML",
  extensions: [".html", ".htm"],
  redact: async (input, path, redact, options) => {
    const { limits, signal } = options;
    const tally = new Tally(limits);
    const { text, encoding } = textOf(await wholeOf(input, limits, signal));
    const tree = readHtml(text, limits);
    clean(tree, tally, options);
    const memory = new Memory();
    await redactPassages(passagesOf(tree), redact, memory, tally, signal);
    await redactAttributes(tree, redact, memory, tally, signal);
    const hash = await writing(path, async (output) => output.write(encode(writeHtml(tree), encoding, true)));
    return tally.close(hash);
  },
};
