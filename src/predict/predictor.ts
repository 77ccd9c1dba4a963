import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { kindOf } from "../kinds/table.ts";
import { manifestSchema, type Manifest } from "../record/manifest.ts";
import type { Prediction } from "../record/prediction.ts";
import { onnxScorer } from "./onnx.ts";
import { jsonPart, type Parts } from "./parts.ts";
import { rulesScorer } from "./rules.ts";

/**
 * The ONE door from input to prediction. Evaluation and serving both go through it, so what was judged is what is served.
 */
export interface Predictor {
  readonly manifest: Manifest;
  /** One text; rejects with a fault for a text that cannot be answered. */
  predict(text: string, options?: PredictOptions): Promise<Prediction>;
  /** Many texts, in order; a text that cannot be answered has its fault in its place, and the rest go on. */
  predictMany(texts: readonly string[], options?: ManyOptions): Promise<(Prediction | Fault)[]>;
  /** Raw logits, for calibration; undefined where predictMany would answer with a fault. */
  logits(texts: readonly string[], options?: ManyOptions): Promise<(Float32Array | Fault)[]>;
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

/** What turns texts into logits: an ONNX program behind its encoders, or keyword rules. */
export interface Scorer {
  /** Logits of one batch, one array [labels] a text, with the windows each text was read in. */
  score(texts: readonly string[], options?: PredictOptions): Promise<Scored[]>;
  /** Texts a batch profits from. */
  readonly batch: number;
  close(): Promise<void>;
}

export interface Scored {
  readonly logits: Float32Array;
  readonly windows: number;
}

export interface OpenOptions {
  /** "here" for single predictions of a small model; "worker" (default) keeps the caller's thread live. */
  readonly thread?: "worker" | "here";
  readonly threads?: number;
  readonly memoryLimit?: number;
}

/**
 * Opens the parts of a pack (see record/manifest for what they are).
 * @throws Fault `pack/missing-part`, `pack/manifest`, or what the engine says of the graph.
 */
export async function openPredictor(parts: Parts, engine: Engine, options: OpenOptions = {}): Promise<Predictor> {
  const manifest = readManifest(parts);
  const scorer =
    manifest.program.type === "rules"
      ? rulesScorer(manifest.program, manifest.labels.length)
      : await onnxScorer(manifest, manifest.program.part, parts, engine, options);
  return predictorOf(manifest, scorer);
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

function predictorOf(manifest: Manifest, scorer: Scorer): Predictor {
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

  function answer(scored: Scored): Prediction {
    const prediction = kind.decode(scored.logits, manifest);
    return scored.windows > 1 ? { ...prediction, windows: scored.windows } : prediction;
  }

  return {
    manifest,
    async predict(text, options = {}) {
      const [result] = await scoreMany([text], options);
      if (result instanceof Fault) throw result;
      return answer(result);
    },
    async predictMany(texts, options = {}) {
      const results = await scoreMany(texts, options);
      return results.map((r) => (r instanceof Fault ? r : answer(r)));
    },
    async logits(texts, options = {}) {
      const results = await scoreMany(texts, options);
      return results.map((r) => (r instanceof Fault ? r : r.logits));
    },
    async close() {
      closed = true;
      await scorer.close();
    },
  };
}

const pending: Scored = { logits: new Float32Array(0), windows: 0 };

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
