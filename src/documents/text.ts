import type { DocumentFormat } from "./document.ts";
import { encode, writing } from "./output.ts";
import { StrictDecoder, textsOf } from "./source.ts";
import { Tally } from "./tally.ts";
import { throughWindows } from "./window.ts";

/**
 * Plain text and Markdown, of any size. Markdown is redacted as it is written: links, code, front matter and the
 * comments in it are text like the rest.
 */
export const text: DocumentFormat = {
  name: "text",
  extensions: [".txt", ".text", ".md", ".markdown"],
  redact: async (input, path, redact, { limits, signal }) => {
    const tally = new Tally(limits);
    const hash = await writing(path, async (output) => {
      const decoder = new StrictDecoder();
      let first = true;
      for await (const done of throughWindows(textsOf(input, decoder, signal), redact)) {
        output.write(encode(done.text, decoder.encoding ?? "utf-8", first));
        first = false;
        tally.read(done.characters);
        tally.replaced("text", done.replacements);
      }
    });
    return tally.close(hash);
  },
};
