import type { Tally } from "../tally.ts";
import { isText, localOf, type XmlElement, type XmlNode } from "./xml.ts";

/** Elements that go with all that is in them, by what they are. */
const gone = table({
  "tracked deletions": "del moveFrom delText delInstrText cellDel",
  "traces of tracked changes":
    "moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd rPrChange pPrChange sectPrChange tblPrChange " +
    "trPrChange tcPrChange tblGridChange tblPrExChange numberingChange cellIns cellMerge rsids " +
    "customXmlDelRangeStart customXmlDelRangeEnd customXmlInsRangeStart customXmlInsRangeEnd " +
    "customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd",
  "comment marks": "commentRangeStart commentRangeEnd commentReference annotationRef",
  "links to other files and accounts":
    "dataBinding attachedTemplate mailMerge docVars docId attachedSchema schemaLibrary smartTagType saveThroughXslt permStart " +
    "permEnd subDoc smartTagPr customXmlPr writeProtection documentProtection",
  "links to fonts": "embedRegular embedBold embedItalic embedBoldItalic",
});

/** Elements that go while what is in them stays: an insertion is taken as made. */
const unwrapped: ReadonlySet<string> = new Set(["ins", "moveTo", "smartTag", "customXml"]);

/** Who changed what and in which sitting; and the day behind a date that is shown, which is no date any more. */
const goneAttributes = /^(?:author|initials|rsid\w*|userId|providerId|fullDate)$/;

/**
 * Takes out of a part what is not redacted but dropped: what was struck out, who changed what, and what leads to parts
 * that are dropped. What remains is the document with its changes taken as made.
 */
export function clean(element: XmlElement, tally: Tally): void {
  for (const name of element.attributes.keys()) {
    if (goneAttributes.test(localOf(name))) element.attributes.delete(name);
  }
  element.children = element.children.flatMap((child): readonly XmlNode[] => {
    if (isText(child)) return [child];
    const things = gone.get(child.local);
    if (things !== undefined) {
      tally.dropped(things);
      return [];
    }
    clean(child, tally);
    return unwrapped.has(child.local) ? child.children : [child];
  });
}

function table(rows: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(rows).flatMap(([things, names]) => names.split(" ").map((name) => [name, things] as const)),
  );
}
