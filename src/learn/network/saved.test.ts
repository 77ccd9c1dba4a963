import { describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import type { Trainer, TrainerState } from "../../engine/training/trainer.ts";
import { TrainedRows } from "./rows.ts";
import { savedBy } from "./saved.ts";

/** A trainer that holds a state and takes no steps. */
function holding(state: TrainerState): Trainer {
  let held = state;
  const none = (): never => {
    throw new Error("not asked for here");
  };
  return {
    get steps() {
      return held.steps;
    },
    step: none,
    run: none,
    parameters: none,
    state: () => Promise.resolve(held),
    restore: (given) => {
      held = given;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

const tensors = (from: number): TrainerState["tensors"] =>
  new Map([
    ["w", float32([1, 2], [from, from + 1])],
    ["m.w", float32([1, 2], [from + 2, from + 3])],
  ]);
const rows = (from: number): TrainedRows => new TrainedRows(Float32Array.of(from, from + 1, from + 2, from + 3), 2);

describe("what a network's next step depends on", () => {
  it("is saved as copies, and set whole", async () => {
    const table = rows(1);
    table.update(Int32Array.of(1), Float32Array.of(1, 2), 1, 0.1, 1);
    const saved = await savedBy(table, holding({ steps: 7, tensors: tensors(1) })).save();
    const before = table.state().map((array) => array.slice());
    table.update(Int32Array.of(1), Float32Array.of(1, 2), 1, 0.1, 2);

    const other = rows(5);
    const trainer = holding({ steps: 0, tensors: tensors(5) });
    await savedBy(other, trainer).restore(saved);
    expect(other.state()).toEqual(before);
    expect(await trainer.state()).toEqual({ steps: 7, tensors: tensors(1) });
  });

  it.each(["table 0", "table 2", "steps", "w", "m.w"])(
    "is refused without %s, or where that is shorter",
    async (name) => {
      const table = rows(1);
      const trainer = holding({ steps: 7, tensors: tensors(1) });
      const { save, restore } = savedBy(table, trainer);
      const saved = await save();
      const without = new Map([...saved].filter(([other]) => other !== name));
      const message = (wrong: string): unknown =>
        expect.objectContaining({
          code: "engine/state",
          message: `the saved state does not fit: "${name}" ${wrong}`,
        });
      await expect(restore(without)).rejects.toEqual(message("is missing"));
      await expect(restore(saved.set(name, new Float32Array(0)))).rejects.toEqual(message("has another length"));
      expect(table.values).toEqual(rows(1).values);
      expect(trainer.steps).toBe(7);
    },
  );
});
