import { SaxesParser } from "saxes";
import type { Limits } from "../document.ts";
import { textOf, tooComplex } from "../source.ts";
import { corrupt } from "./zip.ts";

export interface XmlText {
  text: string;
}

/** An element with its prefix, its attributes and children in order. Comments and instructions are not in the tree. */
export interface XmlElement {
  readonly name: string;
  /** The name without its prefix: a file may choose its prefixes. */
  readonly local: string;
  readonly attributes: Map<string, string>;
  children: XmlNode[];
}

export type XmlNode = XmlElement | XmlText;

export const isText = (node: XmlNode): node is XmlText => "text" in node;
export const localOf = (name: string): string => name.slice(name.indexOf(":") + 1);

/**
 * The tree of a well-formed part. A document type is refused, so that no entity is ever declared, expanded or fetched;
 * the five that XML knows and numbered characters are all there are. `built` counts on over the parts of a document.
 */
export function readXml(bytes: Uint8Array, part: string, limits: Limits, built: { elements: number }): XmlElement {
  const { text } = textOf(bytes);
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: XmlElement[] = [{ name: "", local: "", attributes: new Map(), children: [] }];
  const add = (node: XmlNode): void => void open[open.length - 1].children.push(node);
  const where = (): string => `${part}, line ${parser.line}`;
  parser.on("error", () => {
    // The parser's own message quotes the document.
    throw corrupt("it is not well-formed XML", where());
  });
  parser.on("doctype", () => {
    throw corrupt("it declares a document type, which no Word document does", where());
  });
  parser.on("text", (value) => add({ text: value }));
  parser.on("cdata", (value) => add({ text: value }));
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, local: localOf(name), attributes: new Map(Object.entries(attributes)), children: [] };
    add(element);
    open.push(element);
    if (++built.elements > limits.elements) throw tooComplex(`more than ${limits.elements} elements`, where());
    if (open.length <= limits.depth) return;
    throw tooComplex(`elements inside elements, more than ${limits.depth} deep`, where());
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  const root = open[0].children.find((node) => !isText(node));
  if (root === undefined || isText(root)) throw corrupt("it holds no element", part);
  return root;
}

/** The part written out in UTF-8. */
export function writeXml(root: XmlElement): Uint8Array {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'];
  const write = (node: XmlNode): void => {
    if (isText(node)) return void out.push(escape(node.text, /[&<>\r]/g));
    out.push(`<${node.name}`);
    for (const [name, value] of node.attributes) out.push(` ${name}="${escape(value, /[&<"\t\n\r]/g)}"`);
    if (node.children.length === 0) return void out.push("/>");
    out.push(">");
    for (const child of node.children) write(child);
    out.push(`</${node.name}>`);
  };
  write(root);
  return Buffer.from(out.join(""));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string, what: RegExp): string {
  return text.replace(what, (c) => entities[c] ?? `&#${c.charCodeAt(0)};`);
}

/** Every element of a tree, parents first. */
export function* elementsOf(root: XmlElement): Generator<XmlElement> {
  yield root;
  for (const child of root.children) if (!isText(child)) yield* elementsOf(child);
}
