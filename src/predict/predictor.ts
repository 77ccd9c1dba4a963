import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { kindOf } from "../kinds/table.ts";
import { manifestSchema, type Manifest } from "../record/manifest.ts";
import type { Prediction } from "../record/prediction.ts";
import type { Scored } from "../record/scored.ts";
import { onnxScorer } from "./onnx.ts";
import { jsonPart, type Parts } from "./parts.ts";
import { phrasesScorer } from "./phrases.ts";
import { rulesScorer } from "./rules.ts";
import { taggerScorer } from "./tagger.ts";

/**
 * The ONE door from input to prediction. Evaluation and serving both go through it, so what was judged is what is served.
 */
export interface Predictor {
  readonly manifest: Manifest;
  /** One text; rejects with a fault for a text that cannot be answered. */
  predict(text: string, options?: PredictOptions): Promise<Prediction>;
  /** Many texts, in order; a text that cannot be answered has its fault in its place, and the rest go on. */
  predictMany(texts: readonly string[], options?: ManyOptions): Promise<(Prediction | Fault)[]>;
  /** What the program says of each text, before an answer is read out of it; for calibration. */
  scores(texts: readonly string[], options?: ManyOptions): Promise<(Scored | Fault)[]>;
  close(): Promise<void>;
}

export interface PredictOptions {
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

export interface ManyOptions extends PredictOptions {
  /** Called with the number of texts answered so far. */
  readonly progress?: (done: number) => void;
}

/** What scores texts: an ONNX program behind its encoders, or rules. */
export interface Scorer {
  score(texts: readonly string[], options?: PredictOptions): Promise<Scored[]>;
  /** Texts a batch profits from. */
  readonly batch: number;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** "here" for single predictions of a small model; "worker" (default) keeps the caller's thread live. */
  readonly thread?: "worker" | "here";
  readonly threads?: number;
  readonly memoryLimit?: number;
  /** Characters above which a text is refused; the manifest's own when not told. */
  readonly maxTextLength?: number;
  /** Secret of pseudonyms that mean the same over a corpus; for packs of redact whose policy asks for them. */
  readonly secret?: string;
}

/**
 * Opens the parts of a pack (see record/manifest for what they are).
 * @throws Fault `pack/missing-part`, `pack/manifest`, or what the engine says of the graph.
 */
export async function openPredictor(parts: Parts, engine: Engine, options: OpenOptions = {}): Promise<Predictor> {
  const own = readManifest(parts);
  const manifest = { ...own, maxTextLength: options.maxTextLength ?? own.maxTextLength };
  return predictorOf(manifest, await scorerOf(manifest, parts, engine, options), options.secret);
}

function scorerOf(manifest: Manifest, parts: Parts, engine: Engine, options: OpenOptions): Scorer | Promise<Scorer> {
  const { program, labels, spans } = manifest;
  if (program.type === "rules") return rulesScorer(program, labels.length);
  if (program.type === "phrases") return phrasesScorer(program, labels);
  if (spans === undefined) return onnxScorer(manifest, program.part, parts, engine, options);
  return taggerScorer(manifest, program.part, parts, engine, options);
}

function readManifest(parts: Parts): Manifest {
  const parsed = manifestSchema.safeParse(jsonPart(parts, "model.json"));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault("pack/manifest", {
      what: 'the part "model.json" does not describe a model that this version can run',
      where: issue.path.join("."),
      why: issue.message,
      remedy: "use the whittle version that made the pack, or a newer one",
    });
  }
  return parsed.data;
}

function predictorOf(manifest: Manifest, scorer: Scorer, secret: string | undefined): Predictor {
  const kind = kindOf(manifest.kind);
  let closed = false;

  async function scoreMany(texts: readonly string[], options: ManyOptions): Promise<(Scored | Fault)[]> {
    if (closed) throw new Fault("predict/closed", { what: "this predictor has been closed" });
    const results: (Scored | Fault)[] = texts.map((text) => refusalOf(text, manifest) ?? pending);
    // Texts of like length share a batch, so that padding stays small; the order of results is the order of texts.
    const order = results.flatMap((r, i) => (r === pending ? [i] : []));
    order.sort((a, b) => texts[a].length - texts[b].length || a - b);
    for (let from = 0; from < order.length; from += scorer.batch) {
      const batch = order.slice(from, from + scorer.batch);
      const scored = await scorer.score(
        batch.map((i) => texts[i]),
        options,
      );
      batch.forEach((row, i) => (results[row] = scored[i]));
      options.progress?.(Math.min(order.length, from + scorer.batch));
    }
    return results;
  }

  const answer = (scored: Scored, text: string): Prediction => kind.decode(scored, text, manifest, { secret });

  return {
    manifest,
    async predict(text, options = {}) {
      const [result] = await scoreMany([text], options);
      if (result instanceof Fault) throw result;
      return answer(result, text);
    },
    async predictMany(texts, options = {}) {
      const results = await scoreMany(texts, options);
      return results.map((r, i) => (r instanceof Fault ? r : answer(r, texts[i])));
    },
    scores: (texts, options = {}) => scoreMany(texts, options),
    async close() {
      closed = true;
      await scorer.close();
    },
  };
}

const pending: Scored = { form: "classes", logits: new Float32Array(0), windows: 0 };

/** Nothing is cut off in silence: a text over the limit is refused, with both lengths. */
function refusalOf(text: unknown, manifest: Manifest): Fault | undefined {
  if (typeof text !== "string") {
    return new Fault("predict/not-text", { what: `a prediction needs a string and was given ${typeof text}` });
  }
  if (text.length > manifest.maxTextLength) {
    return new Fault("predict/too-long", {
      what: `the text has ${text.length} characters; this model answers up to ${manifest.maxTextLength}`,
      why: "a text that is cut off would be answered by its beginning alone",
      remedy: "split the text, or raise max_text_length in whittle.yaml and make the pack again",
    });
  }
  if (text.trim() === "") {
    return new Fault("predict/empty-text", {
      what: "the text is empty or holds white space alone",
      remedy: "leave such rows out",
    });
  }
  return undefined;
}
