import type { Passage, Piece } from "../passage.ts";
import { isText, type XmlElement, type XmlText } from "./xml.ts";

/** Elements inside a paragraph that stand for a character. */
const characters: Readonly<Record<string, string>> = {
  tab: "\t",
  ptab: "\t",
  br: "\n",
  cr: "\n",
  noBreakHyphen: "-",
};

/** Elements whose text is a measure or a keyword. What stands in them otherwise is text like any other. */
const measures: ReadonlySet<string> = new Set(
  "posOffset pctPosHOffset pctPosVOffset pctWidth pctHeight align sizeRelH sizeRelV".split(" "),
);

/**
 * The texts of a part: of each paragraph what a reader reads and what its fields are told (addresses of links), each
 * joined over runs; and every text that stands in no paragraph, by itself. A paragraph in a text box is one of its own.
 */
export function passagesOf(root: XmlElement, part: string): Passage[] {
  const passages: Passage[] = [];
  let paragraphs = 0;
  const add = (where: string, pieces: readonly Piece[]): void => {
    if (pieces.some(({ text }) => text.trim() !== "")) passages.push({ where: `${part}, ${where}`, pieces });
  };
  const walk = (element: XmlElement, paragraph: { shown: Piece[]; fields: Piece[] } | undefined): void => {
    for (const child of element.children) {
      if (isText(child)) {
        if (element.local === "t" && paragraph !== undefined) paragraph.shown.push(pieceOf(child, element));
        else if (element.local === "instrText" && paragraph !== undefined)
          paragraph.fields.push(pieceOf(child, element));
        else if (!isMeasure(element, child)) add(`text ${passages.length + 1}`, [pieceOf(child, element)]);
      } else if (child.local === "p") {
        const inner = { shown: [], fields: [] };
        const number = ++paragraphs;
        walk(child, inner);
        add(`paragraph ${number}`, inner.shown);
        add(`the fields of paragraph ${number}`, inner.fields);
      } else if (Object.hasOwn(characters, child.local) && element.local === "r") {
        paragraph?.shown.push({ text: characters[child.local] });
      } else {
        walk(child, paragraph);
      }
    }
  };
  walk(root, undefined);
  return passages;
}

/** Space at the ends of a text is dropped by readers unless the element says that it stays. */
function pieceOf(node: XmlText, element: XmlElement): Piece {
  const write = (text: string): void => {
    node.text = text;
    if (element.local === "t" && element.name.startsWith("w")) element.attributes.set("xml:space", "preserve");
  };
  return { text: node.text, write };
}

function isMeasure(element: XmlElement, { text }: XmlText): boolean {
  return measures.has(element.local) && /^\s*(?:-?\d{1,12}|[a-z]{1,8})\s*$/i.test(text);
}
