import { Fault } from "../../base/fault.ts";
import type { Options } from "../document.ts";
import type { Tally } from "../tally.ts";
import { childrenOf, isElement, isText, type Element, type Node } from "./tree.ts";

/** Elements whose content no text can be read from with certainty: programs, and pages inside the page. */
const opaque: ReadonlySet<string> = new Set(["script", "noembed", "noframes"]);

/** Takes out of the tree what is not redacted but dropped: comments, programs, pages inside the page. */
export function clean(node: Node, tally: Tally, options: Options): void {
  const children = childrenOf(node);
  let kept = 0;
  for (const child of children) {
    if (child.nodeName === "#comment") tally.dropped("comments");
    else if (isElement(child) && opaque.has(child.tagName)) tally.dropped("scripts and pages inside the page");
    else children[kept++] = child;
  }
  children.length = kept;
  for (const child of children) {
    if (child.nodeName === "#documentType" && "name" in child) child.name = "html";
    if (isText(child)) refuseData(child.value, tally, options, false);
    if (isElement(child)) cleanElement(child, tally, options);
    clean(child, tally, options);
  }
}

function cleanElement(element: Element, tally: Tally, options: Options): void {
  if (element.tagName === "iframe") element.childNodes.length = 0;
  element.attrs = element.attrs.filter(({ name, value }) => {
    const isProgram = name.startsWith("on") || name === "srcdoc" || /^\s*(?:java|vb)script:/i.test(value);
    if (isProgram) tally.dropped("scripts and pages inside the page");
    else refuseData(value, tally, options, true);
    return !isProgram;
  });
}

/** Data inside an address (data:…;base64,…) is a picture or a file that nothing here reads. */
function refuseData(value: string, tally: Tally, { unread }: Options, isAttribute: boolean): void {
  const held = isAttribute ? /(?:^|[\s,("'])data:[^,]*,/i : /url\(\s*["']?data:[^,]*,/i;
  if (!held.test(value)) return;
  if (unread === "keep") return tally.keptUnread("data inside an address");
  throw new Fault("document/unread", {
    what: "the document holds a picture or a file that cannot be read",
    where: "data inside an address",
    why: "what is written in it would stay",
    remedy: "take it out, or allow what is not read to stay",
  });
}
