import { Fault } from "../../base/fault.ts";
import type { DocumentFormat } from "../document.ts";
import { writing } from "../output.ts";
import { wholeOf } from "../source.ts";
import { Tally } from "../tally.ts";
import { clean } from "./clean.ts";
import { PdfFile } from "./file.ts";
import { listDropped } from "./dropped.ts";
import { Redaction } from "./redaction.ts";

/** More pages than this are a fault: split the document. */
const maxPages = 20_000;

/**
 * PDF. The document is made anew out of what its pages draw, so that nothing else of the old file can be in it; glyphs of
 * what was found are taken out of the pages' operators, and each page is read again to prove it. A page where that cannot
 * be proved becomes a picture with the marks burnt in. What cannot be read is refused.
 */
export const pdf: DocumentFormat = {
  name: "PDF",
  extensions: [".pdf"],
  redact: async (input, path, redact, options) => {
    const { limits, signal } = options;
    const bytes = await wholeOf(input, limits, signal);
    const tally = new Tally(limits);
    const file = opened(() => new PdfFile(bytes, { left: limits.unpackedBytes }));
    const made = opened(() => clean(file, maxPages));
    listDropped(file, made, tally);
    const redaction = await Redaction.of(made, tally, options);
    const output = await redaction.run(redact);
    const hash = await writing(path, async (to) => to.write(output));
    return tally.close(hash);
  },
};

/** A stack or a string that the file made too large is the file's fault. */
function opened<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError)
      throw new Fault("document/pdf-too-large", {
        what: "the PDF asks for more than can be held",
        remedy: "split the document",
      });
    throw error;
  }
}
