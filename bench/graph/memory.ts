import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toOnnx, trainingStep } from "../../src/graph/index.ts";
import { encoder, initial } from "../../src/model/encoder.ts";
import { watched } from "../memory/watched.ts";

const [batch, length] = [32, 64];
const config = {
  layers: 12,
  width: 256,
  heads: 8,
  feedForward: 1024,
  vocabulary: 512,
  positions: length,
  classes: 7,
} as const;

/** The peak resident set of a process that runs one step of a twelve-layer encoder, held whole and in segments. */
export async function memoryOfSteps(): Promise<void> {
  if (process.platform !== "linux") {
    console.log("  memory of a step: skipped, it is read from /proc");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "whittle-steps-"));
  const model = encoder(config, initial(1));
  const script = join(import.meta.dirname, "step.ts");
  const lines: { segments: number; peak: number; own: number; ms: number }[] = [];
  try {
    for (const segments of [1, 4, config.layers]) {
      const { graph } = trainingStep(model, {
        loss: { kind: "cross-entropy", logits: "logits" },
        clip: 1,
        optimiser: "gradients",
        ...(segments > 1 && { checkpoint: { segments } }),
      });
      const path = join(folder, `${segments}.onnx`);
      writeFileSync(path, toOnnx(graph));
      const { peakBytes, output } = await watched(["--import", "tsx", script, path, String(batch), String(length)]);
      const { before, ms } = JSON.parse(output) as { before: number; ms: number };
      lines.push({ segments, peak: peakBytes, own: peakBytes - before, ms });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [whole] = lines;
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(0).padStart(5);
  const less = (part: number, all: number): string => `${(100 * (1 - part / all)).toFixed(0).padStart(3)} % less`;
  for (const { segments, peak, own, ms } of lines) {
    const what = segments === 1 ? "held whole" : `in ${segments} segments`;
    const wanted = segments === config.layers ? "  (wanted: 35 % less)" : "";
    console.log(
      `  step of 12 layers, ${what.padEnd(14)} peak of the process ${mb(peak)} MB, ${less(peak, whole.peak)}; of the step ${mb(own)} MB, ${less(own, whole.own)}; processor time × ${(ms / whole.ms).toFixed(2)}${wanted}`,
    );
  }
}
