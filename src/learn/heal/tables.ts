import { tensor, type Tensor } from "../../base/tensor.ts";
import { check } from "../../graph/check.ts";
import type { Graph, Initialiser, Node, Value } from "../../graph/index.ts";
import { rewired } from "../../graph/rewrite/rewire.ts";
import { TrainedRows } from "../network/rows.ts";

export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Tables whose rows nothing but inputs of the graph picks. They need not go through a training step whole: the step is fed
 * the rows that its batch touches, and indices that count those.
 */
interface Cluster {
  readonly tables: readonly Initialiser[];
  /** Inputs that are indices into all of these tables and nothing else. */
  readonly indices: readonly Value[];
}

/** The graph with tables taken apart, and what feeds it instead. */
export class ApartTables {
  /** The model with an input for the rows of each table, under the table's name. */
  readonly graph: Graph;
  /** Tables that are trained. */
  readonly trained: readonly string[];
  readonly #clusters: readonly Cluster[];
  readonly #rows = new Map<string, TrainedRows>();
  /** By table: rows that are all zeros. They stand for nothing (a row is filled up with them) and stay so. */
  readonly #empty = new Map<string, Uint8Array>();

  /** Takes apart the tables named, and those picked from by the same indices. */
  constructor(graph: Graph, names: ReadonlySet<string>) {
    this.#clusters = clustersOf(graph).filter((c) => c.tables.some((t) => names.has(t.name)));
    const replaced = new Map<Value, Value>();
    for (const { name, tensor, type } of this.#clusters.flatMap((c) => c.tables)) {
      const [rows, width] = tensor.dims;
      const values = tensor.data as Float32Array;
      this.#rows.set(name, new TrainedRows(values.slice(), width));
      this.#empty.set(
        name,
        Uint8Array.from({ length: rows }, (_, r) =>
          values.subarray(r * width, (r + 1) * width).every((v) => v === 0) ? 1 : 0,
        ),
      );
      const table = graph.initialisers.find((v) => v.name === name)!;
      replaced.set(table, { name, type, dims: [`${name}.rows`, width] });
    }
    this.trained = [...this.#rows.keys()].filter((name) => names.has(name));
    this.graph = check({
      ...graph,
      inputs: [...graph.inputs, ...replaced.values()],
      initialisers: graph.initialisers.filter((v) => !replaced.has(v)),
      nodes: graph.nodes.map((node) => rewired(node, replaced)),
    });
  }

  /** The feeds of the model as those of the graph without its tables, and which rows each table gave. */
  feeds(given: Feeds): { readonly feeds: Feeds; readonly ids: ReadonlyMap<string, Int32Array> } {
    const feeds: Record<string, Tensor> = { ...given };
    const ids = new Map<string, Int32Array>();
    for (const { tables, indices } of this.#clusters) {
      const place = new Map<number, number>();
      const count = tables[0].tensor.dims[0];
      const local = (id: number | bigint): number => {
        const row = Number(id) < 0 ? Number(id) + count : Number(id);
        const known = place.get(row);
        if (known === undefined) place.set(row, place.size);
        return known ?? place.size - 1;
      };
      for (const { name } of indices) feeds[name] = counted(given[name], local);
      if (place.size === 0) local(0); // No row is picked, and none is no shape of a table.
      const distinct = Int32Array.from(place.keys());
      for (const { name } of tables) {
        const rows = this.#rows.get(name)!;
        ids.set(name, distinct);
        feeds[name] = tensor("float32", [distinct.length, rows.width], rows.gather(distinct));
      }
    }
    return { feeds, ids };
  }

  /** One step of the rows that a batch picked, by their gradients. */
  update(
    ids: ReadonlyMap<string, Int32Array>,
    gradients: Feeds,
    { clip, rate, t }: { readonly clip: number; readonly rate: number; readonly t: number },
  ): void {
    for (const name of this.trained) {
      const rows = this.#rows.get(name)!;
      const empty = this.#empty.get(name)!;
      const picked = ids.get(name)!;
      const gradient = (gradients[name].data as Float32Array).slice();
      picked.forEach((id, i) => {
        if (empty[id] === 1) gradient.fill(0, i * rows.width, (i + 1) * rows.width);
      });
      rows.update(picked, gradient, clip, rate, t);
    }
  }

  /** Copies of the present values of the tables that are trained. */
  values(): Map<string, Tensor> {
    return new Map(
      this.trained.map((name) => {
        const { values, width } = this.#rows.get(name)!;
        return [name, tensor("float32", [values.length / width, width], values.slice())];
      }),
    );
  }
}

function counted(t: Tensor, local: (id: number | bigint) => number): Tensor {
  if (t.type === "int64")
    return tensor(
      "int64",
      t.dims,
      (t.data as BigInt64Array).map((id) => BigInt(local(id))),
    );
  return tensor("int32", t.dims, (t.data as Int32Array).map(local));
}

/** Tables and indices that belong together; none of whose members is read in another way. */
function clustersOf(graph: Graph): Cluster[] {
  const inputs = new Set(graph.inputs);
  const outputs = new Set(graph.outputs);
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes)
    for (const v of new Set(node.inputs)) if (v !== undefined) readers.set(v, [...(readers.get(v) ?? []), node]);
  const readBy = (v: Value): readonly Node[] => readers.get(v) ?? [];
  const seen = new Set<Value>();
  const clusters: Cluster[] = [];
  for (const start of graph.initialisers) {
    if (seen.has(start) || !readBy(start).some((node) => picks(node) && node.inputs[0] === start)) continue;
    const tables = new Set<Initialiser>();
    const indices = new Set<Value>();
    let alone = true;
    const visit = (v: Value): void => {
      if (seen.has(v)) return;
      seen.add(v);
      if (v.tensor !== undefined) tables.add(v as Initialiser);
      else indices.add(v);
      alone &&= v.tensor === undefined ? inputs.has(v) && !outputs.has(v) : isTable(v);
      for (const node of readBy(v)) {
        const [table, index] = node.inputs;
        if (!picks(node) || table === undefined || index === undefined || (v === index) === (v === table))
          alone = false;
        else visit(v === table ? index : table);
      }
    };
    visit(start);
    const rows = new Set([...tables].map((table) => table.dims[0]));
    if (alone && rows.size === 1) clusters.push({ tables: [...tables], indices: [...indices] });
  }
  return clusters;
}

const picks = (node: Node): boolean => node.op === "Gather" && node.attributes.axis === 0;
const isTable = (v: Value): boolean => v.type === "float32" && v.dims.length === 2;
