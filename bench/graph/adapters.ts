import type { Tensor } from "../../src/base/tensor.ts";
import { type Engine, openTrainer } from "../../src/engine/index.ts";
import { adapt, type Graph } from "../../src/graph/index.ts";

const [rank, rounds] = [8, 6];
const loss = { kind: "cross-entropy", logits: "logits" } as const;

/**
 * A step that trains adapters against one that trains all weights, with AdamW, in turns on one thread: then the processor's time
 * is that of the step alone, whatever else the machine does. The shortest of all rounds but the first.
 */
export async function adapterSteps(
  engine: Engine,
  model: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<void> {
  const trainers = [await openTrainer(engine, model, { loss, clip: 1 })];
  for (const weights of [undefined, ["*attention*"]]) {
    const { graph, parameters } = adapt(model, { rank, weights });
    trainers.push(await openTrainer(engine, graph, { loss, clip: 1, parameters }));
  }
  const least = trainers.map(() => ({ wall: Infinity, processor: Infinity }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, trainer] of trainers.entries()) {
      const [began, used] = [performance.now(), process.cpuUsage()];
      await trainer.step(feeds, 1e-4);
      const { user, system } = process.cpuUsage(used);
      if (round === 0) continue;
      least[i].wall = Math.min(least[i].wall, performance.now() - began);
      least[i].processor = Math.min(least[i].processor, (user + system) / 1000);
    }
  }
  for (const trainer of trainers) await trainer.close();
  const [full, ...adapted] = least;
  for (const [i, what] of ["every weight", "those of attention"].entries()) {
    const { wall, processor } = adapted[i];
    console.log(
      `  step with adapters of rank ${rank} beside ${what}, one thread: ${(processor / full.processor).toFixed(2)} of the full step's processor time, ${(wall / full.wall).toFixed(2)} of its time  (wanted: at most 0.75)`,
    );
  }
}
