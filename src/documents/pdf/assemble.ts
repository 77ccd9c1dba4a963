import { type Box, contentStream } from "./clean.ts";
import type { Op } from "./content.ts";
import type { Ref } from "./value.ts";
import { Name, type Dict, type Value } from "./value.ts";
import type { Draft } from "./write.ts";

export interface MadePage {
  readonly ops: readonly Op[];
  readonly resources: Dict;
  readonly box: Box;
  readonly rotate: number;
  readonly userUnit: number;
}

/** A whole file from pages: a catalogue, the pages, what they draw with. No properties, no metadata, no identifier. */
export function assemble(draft: Draft, pages: readonly MadePage[]): Uint8Array {
  const tree = draft.add(null);
  const kids: Ref[] = pages.map(({ ops, resources, box, rotate, userUnit }) => {
    const page: Dict = new Map<string, Value>([
      ["Type", new Name("Page")],
      ["Parent", tree],
      ["MediaBox", box],
      ["Resources", resources],
      ["Contents", draft.add(contentStream(ops, new Map()))],
    ]);
    if (rotate !== 0) page.set("Rotate", rotate);
    if (userUnit !== 1) page.set("UserUnit", userUnit);
    return draft.add(page);
  });
  draft.fill(
    tree,
    new Map<string, Value>([
      ["Type", new Name("Pages")],
      ["Kids", kids],
      ["Count", kids.length],
    ]),
  );
  return draft.write(
    draft.add(
      new Map<string, Value>([
        ["Type", new Name("Catalog")],
        ["Pages", tree],
      ]),
    ),
  );
}
