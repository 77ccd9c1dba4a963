import { toOnnx, trainingStep } from "../../src/graph/index.ts";
import { encoder, initial } from "../../src/model/encoder.ts";

const config = {
  layers: 12,
  width: 96,
  heads: 12,
  feedForward: 384,
  vocabulary: 512,
  positions: 128,
  classes: 77,
} as const;

/**
 * How long the compiler takes over the step of a twelve-layer encoder, from the model to the bytes: its width makes no
 * difference, for weights are not looked into. The first time counts, as whoever trains compiles once.
 */
export function compileTimes(): void {
  const model = encoder(config, initial(1));
  for (const optimiser of ["gradients", { kind: "adamw" }] as const) {
    const times: number[] = [];
    let nodes = 0;
    for (let i = 0; i < 6; i++) {
      const began = performance.now();
      const { graph } = trainingStep(model, {
        loss: { kind: "cross-entropy", logits: "logits" },
        optimiser,
        clip: 1,
      });
      toOnnx(graph);
      times.push(performance.now() - began);
      nodes = graph.nodes.length;
    }
    const [first, ...later] = times;
    const median = later.sort((a, b) => a - b)[2];
    const what = optimiser === "gradients" ? "without optimiser" : "with AdamW in the graph";
    console.log(
      `  step of 12 layers compiled, ${what}: ${first.toFixed(0)} ms the first time, then ${median.toFixed(0)} ms; ${nodes} nodes  (wanted: below 1000 ms)`,
    );
  }
}
