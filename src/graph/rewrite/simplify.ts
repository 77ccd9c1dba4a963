import { check } from "../check.ts";
import type { Graph } from "../ir.ts";
import { mergeCommon } from "./common.ts";
import { removeDead } from "./dead.ts";
import { foldConstants } from "./fold.ts";
import { removeIdentities } from "./identities.ts";
import type { Pass } from "./pass.ts";
import { foldScale } from "./scale.ts";
import { foldSizes } from "./sizes.ts";

export const passes: readonly Pass[] = [foldSizes, foldConstants, removeIdentities, mergeCommon, foldScale, removeDead];

/** All passes in turn, until a round takes no node away. The graph is checked after each round. */
export function simplify(graph: Graph): Graph {
  for (let current = graph; ;) {
    const next = check(passes.reduce((g, pass) => pass(g), current));
    if (next.nodes.length === current.nodes.length) return next;
    current = next;
  }
}
