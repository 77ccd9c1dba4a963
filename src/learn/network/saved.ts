import { Fault } from "../../base/fault.ts";
import { tensor } from "../../base/tensor.ts";
import type { Trainer } from "../../engine/training/trainer.ts";
import type { Trainable } from "./loop.ts";
import type { TrainedRows } from "./rows.ts";

/**
 * Saves and sets what the next step of a network depends on: its table of embeddings, and the dense parameters with the
 * engine's trainer. What is saved are copies.
 */
export function savedBy(table: TrainedRows, trainer: Trainer): Pick<Trainable, "save" | "restore"> {
  return {
    async save() {
      const state = new Map(table.state().map((array, i) => [`${TABLE}${i}`, array.slice()]));
      const { steps, tensors } = await trainer.state();
      state.set(STEPS, Float32Array.of(steps));
      for (const [name, { data }] of tensors) state.set(name, data as Float32Array<ArrayBuffer>);
      return state;
    },
    async restore(state) {
      const rows = table.state().map(({ length }, i) => piece(state, `${TABLE}${i}`, length));
      const [steps] = piece(state, STEPS, 1);
      const { tensors } = await trainer.state();
      const dense = [...tensors].map(([name, { dims, data }]) => {
        return [name, tensor("float32", dims, piece(state, name, data.length))] as const;
      });
      table.restore(rows);
      await trainer.restore({ steps, tensors: new Map(dense) });
    },
  };
}

function piece(state: ReadonlyMap<string, Float32Array>, name: string, length: number): Float32Array<ArrayBuffer> {
  const saved = state.get(name);
  if (saved?.length === length) return saved as Float32Array<ArrayBuffer>;
  throw new Fault("engine/state", {
    what: `the saved state does not fit: "${name}" ${saved === undefined ? "is missing" : "has another length"}`,
    remedy: "start the training again, or with the settings that the state was saved with",
  });
}

/** Names in a saved state beside those of the network's parameters. */
const TABLE = "table ";
const STEPS = "steps";
