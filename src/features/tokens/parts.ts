import { type Tensor, tensor } from "../../base/tensor.ts";

/** Names of the matrices that the tokens of a run are parted into by how many features they have. */
export const PARTS = ["ids", "ids.1", "ids.2", "ids.3"] as const;

/** Share of the tokens, the ones with the fewest features first, that are in a part or one before it. */
const ENDS = [0.3, 0.6, 0.85, 1];

/** More features of one token are no longer told apart in sorting. */
const MOST = 255;

/** Features of tokens as matrices, ids counted from 1 and rows filled up with 0, and the row of each token. */
export type Parted = Readonly<Record<(typeof PARTS)[number] | "place", Tensor<"int32">>>;

/** The tokens [from, to) of ids[offsets[t] .. offsets[t + 1]); a part without a token has one row of nothing. */
export function parted(ids: Int32Array, offsets: Int32Array, from: number, to: number): Parted {
  const n = to - from;
  const order = byLength(offsets, from, n);
  const place = new Int32Array(n);
  let first = 0;
  let row = 0;
  const parts = PARTS.map((name, p) => {
    const end = Math.round(ENDS[p] * n);
    let most = 1;
    for (let k = first; k < end; k++) most = Math.max(most, offsets[order[k] + 1] - offsets[order[k]]);
    const rows = Math.max(1, end - first);
    const cells = new Int32Array(rows * most);
    for (let k = first; k < end; k++) {
      const t = order[k];
      const shift = (k - first) * most - offsets[t];
      for (let i = offsets[t]; i < offsets[t + 1]; i++) cells[shift + i] = ids[i] + 1;
      place[t - from] = row + k - first;
    }
    first = end;
    row += rows;
    return [name, tensor("int32", [rows, most], cells)] as const;
  });
  return { ...Object.fromEntries(parts), place: tensor("int32", [n], place) } as Parted;
}

/** Tokens by rising number of features, those of one number in order. */
function byLength(offsets: Int32Array, from: number, n: number): Int32Array {
  const starts = new Int32Array(MOST + 2);
  const length = (t: number): number => Math.min(MOST, offsets[t + 1] - offsets[t]);
  for (let t = from; t < from + n; t++) starts[length(t) + 1]++;
  for (let l = 0; l <= MOST; l++) starts[l + 1] += starts[l];
  const order = new Int32Array(n);
  for (let t = from; t < from + n; t++) order[starts[length(t)]++] = t;
  return order;
}
