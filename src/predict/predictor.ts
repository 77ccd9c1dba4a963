import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { kindOf } from "../kinds/table.ts";
import { manifestSchema, type Manifest } from "../record/manifest.ts";
import type { Prediction } from "../record/prediction.ts";
import type { Scored } from "../record/scored.ts";
import { onnxScorer } from "./onnx.ts";
import { jsonPart, type Parts } from "./parts.ts";
import { phrasesScorer } from "./phrases.ts";
import { bytesPerCharacter, Gate, type Room, wantsLess } from "./room.ts";
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
  /** What answering may take of memory; nothing is bounded where it is not told. */
  readonly room?: Room;
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
  const gate = options.room === undefined ? undefined : new Gate(options.room, bytesPerCharacter(manifest));
  return predictorOf(manifest, await scorerOf(manifest, parts, engine, { ...options, gate }), gate, options.secret);
}

/** What a scorer is opened with: its runs pass the gate, where there is one. */
export interface ScorerOptions extends OpenOptions {
  readonly gate?: Gate;
}

function scorerOf(manifest: Manifest, parts: Parts, engine: Engine, options: ScorerOptions): Scorer | Promise<Scorer> {
  const { program, labels, spans } = manifest;
  if (program.type === "rules") return rulesScorer(program, labels.length);
  if (program.type === "phrases") return phrasesScorer(program, labels);
  if (spans === undefined) return onnxScorer(manifest, program.part, parts, engine, options);
  return taggerScorer(manifest, program.part, parts, engine, options);
}

/** How a pack reads texts, as its part "model.json" says. */
export function readManifest(parts: Parts): Manifest {
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

function predictorOf(
  manifest: Manifest,
  scorer: Scorer,
  gate: Gate | undefined,
  secret: string | undefined,
): Predictor {
  const kind = kindOf(manifest.kind);
  let closed = false;

  /** Each text's scores, turned into what is wanted of them as they come: of many texts, one batch of scores is held. */
  async function eachScored<T>(
    texts: readonly string[],
    options: ManyOptions,
    wanted: (scored: Scored, text: string) => T,
  ): Promise<(T | Fault)[]> {
    if (closed) throw new Fault("predict/closed", { what: "this predictor has been closed" });
    const results: (T | Fault | undefined)[] = texts.map((text) => refusalOf(text, manifest));
    // Texts of like length share a batch, so that padding stays small; the order of results is the order of texts.
    const order = results.flatMap((r, i) => (r === undefined ? [i] : []));
    order.sort((a, b) => texts[a].length - texts[b].length || a - b);

    async function answerBatch(rows: readonly number[]): Promise<void> {
      const batch = rows.map((row) => texts[row]);
      const characters = batch.reduce((sum, text) => sum + text.length, 0);
      const work = async (): Promise<void> => {
        const scored = await scorer.score(batch, options);
        rows.forEach((row, i) => (results[row] = wanted(scored[i], batch[i])));
      };
      try {
        await (gate === undefined ? work() : gate.hold(characters, work));
      } catch (fault) {
        if (!wantsLess(fault)) throw fault;
        if (rows.length === 1) results[rows[0]] = fault;
        else {
          await answerBatch(rows.slice(0, rows.length >> 1));
          await answerBatch(rows.slice(rows.length >> 1));
        }
      }
    }

    for (let from = 0; from < order.length;) {
      const rest = order.slice(from, from + scorer.batch);
      const n = gate?.together(rest.map((row) => texts[row].length)) ?? rest.length;
      await answerBatch(rest.slice(0, n));
      from += n;
      options.progress?.(from);
    }
    return results as (T | Fault)[];
  }

  const answer = (scored: Scored, text: string): Prediction => kind.decode(scored, text, manifest, { secret });

  return {
    manifest,
    async predict(text, options = {}) {
      const [result] = await eachScored([text], options, answer);
      if (result instanceof Fault) throw result;
      return result;
    },
    predictMany: (texts, options = {}) => eachScored(texts, options, answer),
    scores: (texts, options = {}) => eachScored(texts, options, (scored) => scored),
    async close() {
      closed = true;
      await scorer.close();
    },
  };
}

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
