import { random } from "../../src/base/random.ts";
import { float32, int64 } from "../../src/base/tensor.ts";
import type { Engine } from "../../src/engine/port.ts";
import { fromOnnx } from "../../src/graph/index.ts";
import type { Feeds } from "../../src/learn/heal/tables.ts";
import { encoder, initial } from "../../src/model/encoder.ts";
import { feedsOf } from "../../src/predict/feeds.ts";
import { manifestSchema } from "../../src/record/manifest.ts";
import { type Folded, foldModels } from "../damage/folds.ts";
import type { Tried } from "./tried.ts";

/** Texts that are learned from, and texts of the first fold, which its model never saw. */
const LEARNED = 4000;
const JUDGED = 600;

/** A fold's model. WHITTLE_BENCH_KEEP names a folder that trained folds are kept in. */
export async function folded(set: Folded | undefined, engine: Engine): Promise<Tried | undefined> {
  if (set === undefined) return undefined;
  const [{ parts, train, asked }] = await foldModels(set, engine, 1, process.env["WHITTLE_BENCH_KEEP"]);
  const manifest = manifestSchema.parse(JSON.parse(new TextDecoder().decode(parts.get("model.json"))));
  const spans = set.kind !== "classify";
  const drawn = (rows: typeof asked, n: number, stream: string): string[] =>
    random(1, stream)
      .sample(rows.length, Math.min(n, rows.length))
      .map((i) => rows[i].text);
  const texts = drawn(train, spans ? LEARNED / 4 : LEARNED, "learned");
  return {
    parent: fromOnnx(parts.get("model.onnx") as Uint8Array),
    // A text of spans is a batch of its own: as many steps as there are texts.
    learned: feedsOf(manifest, parts, texts),
    inputs: texts.length,
    judged: drawn(asked, JUDGED, "judged").flatMap((text) => feedsOf(manifest, parts, [text])),
    output: spans ? "emissions" : "logits",
    epochs: spans ? 2 : 4,
  };
}

/** The encoder as it begins, on texts of a made language with words of Zipf's frequencies. */
export function made(): Tried {
  const config = { layers: 2, width: 128, heads: 4, feedForward: 512, vocabulary: 2000, positions: 64, classes: 20 };
  const texts = (stream: string, batches: number, size: number): Feeds[] =>
    Array.from({ length: batches }, (_, i) => {
      const draw = random(i, stream);
      const ids = Array.from({ length: size * 24 }, () => Math.floor(2000 ** draw.uniform()));
      return { ids: int64([size, 24], ids), mask: float32([size, 24], new Float32Array(size * 24).fill(1)) };
    });
  const [learned, judged] = [texts("learned", 100, 16), texts("judged", 400, 1)];
  return { parent: encoder(config, initial(1)), learned, inputs: 1600, judged, output: "logits", epochs: 3 };
}
