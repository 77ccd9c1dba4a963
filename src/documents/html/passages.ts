import type { Passage, Piece } from "../passage.ts";
import { childrenOf, isElement, isText, type Node } from "./tree.ts";

/** Elements that a text runs through: a name is one though a part of it is bold. All others end a passage. */
const inline: ReadonlySet<string> = new Set(
  (
    "a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q rb rt ruby s samp small " +
    "span strike strong sub sup time tspan tt u var wbr"
  ).split(" "),
);

/** Elements whose white space is as it is written. */
const preformatted: ReadonlySet<string> = new Set(["pre", "textarea", "style", "xmp", "plaintext", "listing"]);

/** Elements whose text is written without escapes: it must not close them. */
const raw: ReadonlySet<string> = new Set(["style", "xmp", "plaintext", "iframe"]);

/** The texts of a page, hidden ones too, each joined over the inline elements in it. */
export function passagesOf(root: Node): Passage[] {
  const passages: Passage[] = [];
  let pieces: Piece[] = [];
  const end = (): void => {
    if (pieces.some(({ text }) => text.trim() !== ""))
      passages.push({ where: `passage ${passages.length + 1}`, pieces });
    pieces = [];
  };
  const walk = (node: Node, parent: string, asWritten: boolean): void => {
    if (isText(node)) {
      const write = (text: string): void => {
        node.value = raw.has(parent) ? text.replaceAll("</", "") : text;
      };
      // Outside preformatted text a line's end is a space. One unit for one, so that offsets stay.
      pieces.push({ text: asWritten ? node.value : node.value.replace(/\s/g, " "), write });
      return;
    }
    const name = isElement(node) ? node.tagName : "";
    if (name === "br") pieces.push({ text: "\n" });
    const isBlock = isElement(node) && !inline.has(name) && name !== "br";
    if (isBlock) end();
    for (const child of childrenOf(node)) walk(child, name, asWritten || preformatted.has(name));
    if (isBlock) end();
  };
  walk(root, "", false);
  end();
  return passages;
}
