import { Fault } from "../../base/fault.ts";
import type { Scored } from "../../record/scored.ts";
import type { Blobs } from "../../store/port.ts";

/**
 * What a candidate said of many rows, as one blob and an index of it. A refused row has no part in the blob.
 *
 *   classes: logits [rows, width] f32
 *   lattice: transitions [width + 1, width + 1] f32 · tokens [2 Σ n] i32 · emissions [Σ n, width] f32
 */
export interface KeptScores {
  readonly blob: string;
  readonly form: Scored["form"];
  /** Labels, or tags. */
  readonly width: number;
  /** Of each row: how many tokens (0 for classes), and the windows that it was read in. */
  readonly rows: readonly (readonly [tokens: number, windows: number] | KeptRefusal)[];
}

interface KeptRefusal {
  readonly code: Fault["code"];
  readonly what: string;
}

export function keepScores(scores: readonly (Scored | Fault)[], blobs: Blobs): KeptScores {
  const told = scores.flatMap((s) => (s instanceof Fault ? [] : [s]));
  const lattices = told.flatMap((s) => (s.form === "lattice" ? [s.lattice] : []));
  const rows = scores.map((s): KeptScores["rows"][number] => {
    if (s instanceof Fault) return { code: s.code, what: s.message };
    return s.form === "classes" ? [0, s.windows] : [s.lattice.tokens.length / 2, s.lattice.windows];
  });
  if (lattices.length === 0) {
    const logits = told.flatMap((s) => (s.form === "classes" ? [s.logits] : []));
    return { blob: blobs.put(joined(logits)), form: "classes", width: logits[0]?.length ?? 0, rows };
  }
  const { transitions } = lattices[0];
  const columns = [transitions, ...lattices.map((l) => l.tokens), ...lattices.map((l) => l.emissions)];
  return { blob: blobs.put(joined(columns)), form: "lattice", width: Math.sqrt(transitions.length) - 1, rows };
}

export function readScores({ blob, form, width, rows }: KeptScores, blobs: Blobs): (Scored | Fault)[] {
  const { buffer } = blobs.get(blob).slice();
  const tokens = rows.reduce((sum, row) => sum + ("code" in row ? 0 : row[0]), 0);
  const tokensAt = form === "classes" ? 0 : 4 * (width + 1) ** 2;
  const transitions = new Float32Array(buffer, 0, tokensAt / 4);
  let token = 0;
  let told = 0;
  return rows.map((row): Scored | Fault => {
    if ("code" in row) return new Fault(row.code, { what: row.what });
    const [n, windows] = row;
    if (form === "classes") return { form, logits: new Float32Array(buffer, 4 * width * told++, width), windows };
    const lattice = {
      tokens: new Int32Array(buffer, tokensAt + 8 * token, 2 * n),
      emissions: new Float32Array(buffer, tokensAt + 8 * tokens + 4 * width * token, n * width),
      transitions,
      windows,
    };
    token += n;
    return { form, lattice };
  });
}

function joined(columns: readonly (Float32Array | Int32Array)[]): Uint8Array {
  const bytes = new Uint8Array(columns.reduce((sum, column) => sum + column.byteLength, 0));
  let at = 0;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}
