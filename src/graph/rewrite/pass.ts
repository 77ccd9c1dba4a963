import type { Graph } from "../ir.ts";

/** What a pass may count on, or leaves behind. `passes.test.ts` holds every pass to what it says. */
export type Claim =
  | "no dead nodes"
  | "no equal nodes"
  | "no identities"
  | "sizes that are known are constants"
  | "what reads constants alone is a constant";

/**
 * A rewrite of a checked graph into another. Laws, whatever the graph: the ports stay under their names, types and sizes;
 * the meaning stays; a graph in which it finds nothing to do comes back unchanged (`changed` says no).
 */
export interface Pass {
  (graph: Graph): Graph;
  readonly title: string;
  /** Claims that must hold of the graph that it is given. */
  readonly requires: readonly Claim[];
  /** Claims that hold of the graph that it gives. */
  readonly ensures: readonly Claim[];
}

export function pass(
  title: string,
  claims: { readonly requires?: readonly Claim[]; readonly ensures: readonly Claim[] },
  run: (graph: Graph) => Graph,
): Pass {
  return Object.assign((graph: Graph) => run(graph), {
    title,
    requires: claims.requires ?? [],
    ensures: claims.ensures,
  });
}

/** Whether a pass did anything: nodes and constants are told apart by identity. */
export function changed(before: Graph, after: Graph): boolean {
  const differ = <T>(a: readonly T[], b: readonly T[]): boolean =>
    a.length !== b.length || a.some((v, i) => v !== b[i]);
  return differ(before.nodes, after.nodes) || differ(before.initialisers, after.initialisers);
}
