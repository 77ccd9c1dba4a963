import { describe, expect, it } from "vitest";
import {
  builder,
  check,
  gradient,
  type Graph,
  interpret,
  type Node,
  printFact,
  simplify,
} from "../../src/graph/index.ts";
import { changed, type Claim, type Pass } from "../../src/graph/rewrite/pass.ts";
import { passes } from "../../src/graph/rewrite/simplify.ts";
import { spread, uses } from "./operators.ts";

const ported = (g: Graph, node: Node): boolean => node.outputs.some((v) => v !== undefined && g.outputs.includes(v));
const inner = (g: Graph): Node[] => g.nodes.filter((n) => !ported(g, n));

/** What each claim means, said another way than the passes do it. */
const holds: Readonly<Record<Claim, (g: Graph) => boolean>> = {
  "no dead nodes": (g) => {
    const read = new Set([...g.outputs, ...g.nodes.flatMap((n) => n.inputs)]);
    return g.nodes.every((n) => n.outputs.some((v) => v !== undefined && read.has(v)));
  },
  "no equal nodes": (g) => {
    const said = inner(g).map((n) =>
      JSON.stringify([n.op, n.inputs.map((v) => v?.name), n.outputs.length, n.attributes], (_, v: unknown) =>
        typeof v === "bigint" ? String(v) : v,
      ),
    );
    return new Set(said).size === said.length;
  },
  "no identities": (g) =>
    inner(g).every((n) => n.op !== "Identity" && (n.op !== "Cast" || n.attributes.to !== n.inputs[0]?.type)),
  "sizes that are known are constants": (g) =>
    inner(g).every((n) => {
      const [y] = n.outputs;
      const vector = n.outputs.length === 1 && y?.type === "int64" && y.dims.length <= 1;
      return !vector || y.content?.every((c) => Number.isSafeInteger(c)) !== true;
    }),
  "what reads constants alone is a constant": (g) =>
    inner(g).every((n) => {
      const small = n.outputs.every((v) => v === undefined || v.dims.reduce<number>((p, d) => p * Number(d), 8) <= 64);
      return !small || n.inputs.some((v) => v !== undefined && v.tensor === undefined);
    }),
};

/** A gradient, with all that a walk leaves to be cleared up. */
function slope(): Graph {
  const b = builder("slope");
  const x = b.input("x", "float32", ["rows", 4]);
  const w = b.parameter("w", spread([4, 4]));
  const hidden = b.op("Gelu", [b.op("MatMul", [b.op("LayerNormalization", [x, b.parameter("s", spread([4]))]), w])]);
  const loss = b.op("ReduceMean", [b.op("Pow", [b.op("Softmax", [hidden]), b.scalar(2)])], { keepdims: 0 });
  gradient(b, loss, [x, w]).forEach((g, i) => b.output(`g${i}`, g));
  return b.finish();
}

const graphs = [slope(), ...Object.values(uses).map((u) => u.graph)];
const ports = (g: Graph): string[] => g.outputs.map((v) => `${v.name} ${printFact(v)}`);

describe.each(passes.map((p): [string, Pass] => [p.title, p]))("the pass: %s", (_, pass) => {
  it("leaves what it says, keeps the ports, and finds nothing the second time", () => {
    for (const graph of graphs) {
      for (const claim of pass.requires) expect(holds[claim](graph), claim).toBe(true);
      const after = check(pass(graph));
      for (const claim of pass.ensures) expect(holds[claim](after), `${graph.name}: ${claim}`).toBe(true);
      expect(ports(after)).toEqual(ports(graph));
      expect(changed(after, pass(after)), graph.name).toBe(false);
    }
  });
});

it("all passes together leave all that they say, and keep the meaning", () => {
  for (const graph of graphs) {
    const after = simplify(graph);
    for (const claim of new Set(passes.flatMap((p) => p.ensures)))
      expect(holds[claim](after), `${graph.name}: ${claim}`).toBe(true);
  }
  const feeds = { x: spread([3, 4], 5) };
  expect(interpret(simplify(graphs[0]), feeds)).toEqual(interpret(graphs[0], feeds));
});
