import type { Engine } from "../engine/port.ts";
import { PatternSearch } from "../features/patterns/find.ts";
import type { Manifest } from "../record/manifest.ts";
import type { LatticeScores } from "../record/scored.ts";
import { tagCount } from "../spans/tags.ts";
import { tokensOf } from "../spans/tokens.ts";
import type { Parts } from "./parts.ts";
import type { PredictOptions, Scorer, ScorerOptions } from "./predictor.ts";
import { expectFloats, loadProgram } from "./program.ts";
import { tokenReaderOf } from "./token-reader.ts";

/** Texts that are scored before progress is told. */
const BATCH = 32;

/** An ONNX graph that scores tags, behind the encoders that its manifest names. */
export async function taggerScorer(
  manifest: Manifest,
  part: string,
  parts: Parts,
  engine: Engine,
  options: ScorerOptions,
): Promise<Scorer> {
  const read = tokenReaderOf(manifest.inputs, parts);
  const program = await loadProgram(engine, parts, part, options);
  const tags = tagCount(manifest.labels.length);
  // The same whatever the text: fetched with the first run alone.
  let transitions: Float32Array | undefined;

  async function scoreOne(text: string, run: PredictOptions): Promise<LatticeScores> {
    const tokens = tokensOf(text);
    const search = new PatternSearch(text);
    const { runs, join, windows } = read(text, tokens, search);
    const emissions: Float32Array[] = [];
    for (const { feeds, tokens: n } of runs) {
      const fetch = transitions === undefined ? ["emissions", "transitions"] : ["emissions"];
      const said = await program.run(feeds, { ...run, fetch });
      transitions ??= expectFloats("transitions", said["transitions"], [tags + 1, tags + 1]);
      emissions.push(expectFloats("emissions", said["emissions"], [n, tags]));
    }
    const lattice = {
      tokens,
      emissions: join(emissions, tags),
      transitions: transitions ?? new Float32Array((tags + 1) ** 2),
      windows,
    };
    return { form: "lattice", lattice, search };
  }

  return {
    batch: BATCH,
    async score(texts, run = {}) {
      const scored: LatticeScores[] = [];
      for (const text of texts) scored.push(await scoreOne(text, run));
      return scored;
    },
    close: () => program.close(),
  };
}
