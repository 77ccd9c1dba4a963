import type { Flip, Flips } from "../../record/damage.ts";
import type { NamedItem } from "./item.ts";

/** Flips that are listed. */
const LISTED = 50;

const order: readonly Flip["what"][] = ["worse", "otherwise", "better"];

/** What the head answers otherwise than the base. Two right answers that print differently are no flip. */
export function flipsOf(
  items: readonly NamedItem[],
  right: { base: readonly boolean[]; head: readonly boolean[] },
): Flips {
  const flips = items.flatMap(({ id, target, base, head }, i): Flip[] => {
    if (base.label === head.label || (right.base[i] && right.head[i])) return [];
    const what = right.base[i] ? "worse" : right.head[i] ? "better" : "otherwise";
    return [{ what, id, target, parent: base, child: head }];
  });
  const of = (what: Flip["what"]): Flip[] => flips.filter((flip) => flip.what === what);
  const listed = order.flatMap((what) => of(what).sort((a, b) => b.child.confidence - a.child.confidence));
  return {
    changed: flips.length,
    worse: of("worse").length,
    better: of("better").length,
    listed: listed.slice(0, LISTED),
  };
}
