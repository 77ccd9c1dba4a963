import { defaultTreeAdapter, parse, parseFragment, serialize, type DefaultTreeAdapterTypes as Tree } from "parse5";
import { Fault } from "../../base/fault.ts";
import type { Limits } from "../document.ts";

export type Node = Tree.Node;
export type Element = Tree.Element;
export type ParentNode = Tree.ParentNode;
export type TextNode = Tree.TextNode;

/** Elements that a document may come to, however it makes them: unclosed tags can make many out of few bytes. */
const maxElements = 2_000_000;

/**
 * The tree of a document, or of a fragment where the source has neither a doctype nor html, head or body. What the
 * parser leaves out of the tree is not in the output: the output is written from the tree.
 */
export function readHtml(source: string, limits: Limits): ParentNode {
  const most = Math.min(maxElements, source.length + 100);
  let elements = 0;
  let depth = 0;
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement: (...of) => {
      if (++elements > most) throw tooMuch(`more than ${most} elements`);
      return defaultTreeAdapter.createElement(...of);
    },
    onItemPush: () => {
      if (++depth > limits.depth) throw tooMuch(`elements inside elements, more than ${limits.depth} deep`);
    },
    onItemPop: () => {
      depth--;
    },
  };
  const isWhole = /<(?:!doctype|html|head|body)\b/i.test(source);
  const options = { treeAdapter, scriptingEnabled: false };
  return isWhole ? parse(source, options) : parseFragment(source, options);
}

export function writeHtml(tree: ParentNode): string {
  return serialize(tree, { scriptingEnabled: false });
}

export const isElement = (node: Node): node is Element => "tagName" in node;
export const isText = (node: Node): node is TextNode => node.nodeName === "#text";

/** The children of a node; those of a template stand in a fragment of its own. */
export function childrenOf(node: Node): Tree.ChildNode[] {
  if ("content" in node) return node.content.childNodes;
  return "childNodes" in node ? node.childNodes : [];
}

function tooMuch(why: string): Fault {
  return new Fault("document/too-complex", {
    what: "the document is built of more than can be held",
    why,
    remedy: "save it again from the program that made it, or as plain text",
  });
}
