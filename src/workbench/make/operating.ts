import { evenly } from "../../base/evenly.ts";
import { Fault } from "../../base/fault.ts";
import { type CurveRow, operatingCurve } from "../../kinds/redact/curve.ts";
import type { Measured } from "../../record/decision.ts";
import type { Operating } from "../../record/operating.ts";
import type { Bench } from "./bench.ts";
import { judges, type Rows } from "./ladder.ts";
import { keyOf, remembered } from "./memo.ts";

/** Texts that the curve is read off; evenly spaced ones are taken of more. */
const ENOUGH = 2000;

/** How leaks and over-redaction move with the operating point, and where the store has it; null for other kinds. */
export async function operatingOf(bench: Bench, rows: Rows, chosen: Measured): Promise<string | null> {
  if (bench.task.kind !== "redact") return null;
  const models = await judges(bench, rows, chosen);
  const { temperature, outsideBias = 0 } = chosen.evaluation.calibration;
  const inputs = {
    models: models.map(({ candidate, unit }) => ({ parts: candidate.parts, asked: unit.asked.map((row) => row.id) })),
    temperature,
    outsideBias,
  };
  const compute = async (): Promise<Operating> => {
    bench.say("decide", "what another operating point would leak", 0);
    const judged: CurveRow[] = [];
    for (const { candidate, unit } of models) {
      const manifest = bench.manifestOf(candidate);
      const scores = await bench.answer(candidate, unit.asked);
      unit.asked.forEach(({ text, target, group }, i) => {
        const scored = scores[i];
        if (target !== null && !(scored instanceof Fault)) judged.push({ text, target, scored, manifest, group });
      });
    }
    const asked = evenly(judged, ENOUGH);
    return {
      on: chosen.evaluation.on,
      rows: asked.length,
      points: operatingCurve(asked, { temperature, outsideBias }),
    };
  };
  await remembered(bench.store, "operating", inputs, compute);
  return keyOf("operating", inputs);
}
