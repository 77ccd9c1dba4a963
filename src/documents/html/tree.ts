import { defaultTreeAdapter, parse, parseFragment, serialize, type DefaultTreeAdapterTypes as Tree } from "parse5";
import type { Limits } from "../document.ts";
import { tooComplex } from "../source.ts";

export type Node = Tree.Node;
export type Element = Tree.Element;
export type ParentNode = Tree.ParentNode;
export type TextNode = Tree.TextNode;

/**
 * The tree of a document, or of a fragment where the source has neither a doctype nor html, head or body. What the
 * parser leaves out of the tree is not in the output: the output is written from the tree.
 */
export function readHtml(source: string, limits: Limits): ParentNode {
  // Unclosed tags can make many elements out of few bytes.
  const most = Math.min(limits.elements, source.length + 100);
  let elements = 0;
  let depth = 0;
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement: (...of) => {
      if (++elements > most) throw tooComplex(`more than ${most} elements`);
      return defaultTreeAdapter.createElement(...of);
    },
    onItemPush: () => {
      if (++depth > limits.depth) throw tooComplex(`elements inside elements, more than ${limits.depth} deep`);
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
