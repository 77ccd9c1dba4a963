import { describe, expect, it } from "vitest";
import { type LoopOptions, type Trainable, trainLoop } from "./loop.ts";

/** Learns nothing but a running hash of what it was fed; it is watched to get better up to an epoch, then worse. */
function fake(best?: number): Trainable & { value: Float32Array; epochs: number } {
  const self = {
    value: new Float32Array(1),
    epochs: 0,
    async step(rows: Int32Array, rate: number, t: number): Promise<number> {
      self.value[0] = Math.fround((self.value[0] * 31 + rows.reduce((sum, r) => sum + r * t, 0) * rate) % 1009);
      return 1 / t;
    },
    async save(): Promise<Map<string, Float32Array>> {
      return new Map([
        ["value", self.value.slice()],
        ["epochs", Float32Array.of(self.epochs)],
      ]);
    },
    async restore(state: ReadonlyMap<string, Float32Array>): Promise<void> {
      self.value = (state.get("value") as Float32Array).slice();
      self.epochs = (state.get("epochs") as Float32Array)[0];
    },
    ...(best === undefined
      ? {}
      : {
          async watch(): Promise<number> {
            self.epochs++;
            return 1 - Math.abs(self.epochs - best) / 100;
          },
        }),
  };
  return self;
}

function options(more: Partial<LoopOptions> = {}): LoopOptions & { saved: Uint8Array[] } {
  const saved: Uint8Array[] = [];
  return {
    epochs: 6,
    patience: 2,
    batch: 4,
    rate: 0.1,
    warmUp: 0.1,
    seed: 5,
    lengths: Array.from({ length: 21 }, (_, i) => i % 7),
    checkpoint: { load: () => saved.at(-1), save: (state) => saved.push(state) },
    saved,
    ...more,
  };
}

describe("trainLoop", () => {
  it("runs the whole schedule where nothing is watched, the same each time", async () => {
    const [a, b] = [fake(), fake()];
    const { curve, best } = await trainLoop(a, options());
    await trainLoop(b, options());
    expect(curve.map((p) => p.epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(best).toBe(6);
    expect(curve.every((p) => p.watched === null && p.loss > 0)).toBe(true);
    expect(a.value).toEqual(b.value);
  });

  it("stops when nothing gets better, and what remains is the best epoch", async () => {
    const [model, short] = [fake(2), fake()];
    const { curve, best } = await trainLoop(model, options());
    expect([best, curve.length]).toEqual([2, 4]);
    await trainLoop(short, options({ stopAfter: 2 }));
    expect(model.value).toEqual(short.value);
  });

  it("goes on from its checkpoint and ends as one that was not stopped", async () => {
    const whole = fake(3);
    const end = await trainLoop(whole, options());
    const controller = new AbortController();
    const settings = options();
    const stopped = fake(3);
    const interrupted = trainLoop(stopped, {
      ...settings,
      signal: controller.signal,
      progress: (epoch, share) => {
        if (epoch === 3 && share > 0.4) controller.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(/abort/i);
    expect(settings.saved).toHaveLength(2);
    const resumed = fake(3);
    expect(await trainLoop(resumed, settings)).toEqual(end);
    expect(resumed.value).toEqual(whole.value);
  });

  it("says when the loss is no number any more", async () => {
    const model = { ...fake(), step: async () => Number.NaN };
    await expect(trainLoop(model, options())).rejects.toMatchObject({ code: "learn/diverged" });
  });
});
