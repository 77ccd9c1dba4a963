import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import { notJson } from "../../base/not-json.ts";
import { nearest } from "../../base/nearest.ts";
import type { Limits } from "./limits.ts";

/** The body of POST /v1/predict: one text or several, and the model where several are served. */
const bodySchema = z.union([
  z.strictObject({ text: z.string(), model: z.string().optional() }),
  z.strictObject({ texts: z.array(z.string()), model: z.string().optional() }),
]);

export interface Asked {
  readonly texts: readonly string[];
  /** Whether it was one text, to be answered by one prediction. */
  readonly single: boolean;
  readonly model: string | undefined;
}

const form = 'send {"text": "…"} or {"texts": ["…", "…"]}, with "model" where several are served';

export function parseRequest(source: string, limits: Limits): Asked {
  checkCrowd(source, limits);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    const why = notJson(cause);
    throw new Fault("serve/not-json", { what: "the body is not JSON", where: "body", why, remedy: form });
  }
  const checked = bodySchema.safeParse(value);
  if (!checked.success) throw notFitting();
  const body = checked.data;
  const texts = "text" in body ? [body.text] : body.texts;
  if (texts.length > limits.maxTexts) throw tooMany(texts.length, limits);
  return { texts, single: "text" in body, model: body.model };
}

/** A list of texts within an object; the texts, and the model. */
const [MOST_DEPTH, MOST_NAMES] = [2, 2];

/**
 * Refuses what JSON.parse would make much of before it does: a list in a list takes thirty times the bytes that it is written in, and
 * a name in an object ten times. Whatever is let through is no larger in memory than its texts.
 */
function checkCrowd(source: string, limits: Limits): void {
  let [depth, names, commas] = [0, 0, 0];
  for (let i = 0; i < source.length; i++) {
    const unit = source[i];
    if (unit === '"') i = endOfString(source, i);
    else if (unit === ",") commas += depth === MOST_DEPTH ? 1 : 0;
    else if (unit === "[" || unit === "{") depth++;
    else if (unit === "]" || unit === "}") depth--;
    else if (unit === ":") names++;
    if (depth > MOST_DEPTH || names > MOST_NAMES) throw notFitting();
  }
  if (commas >= limits.maxTexts) throw tooMany(commas + 1, limits);
}

/** Where the string that begins at a quotation mark ends; the end of the source where it does not. */
function endOfString(source: string, begin: number): number {
  for (let end = source.indexOf('"', begin + 1); end !== -1; end = source.indexOf('"', end + 1)) {
    let escapes = 0;
    while (source[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end;
  }
  return source.length;
}

function notFitting(): Fault {
  return new Fault("serve/request", { what: "the body does not fit", where: "body", remedy: form });
}

function tooMany(texts: number, { maxTexts }: Limits): Fault {
  return new Fault("serve/too-many-texts", {
    what: `the request holds ${texts} texts; ${maxTexts} are allowed`,
    where: "texts",
    remedy: "send them in several requests",
  });
}

/** The model a request speaks of: the one it names, or the only one there is. */
export function chooseModel<M>(models: ReadonlyMap<string, M>, named: string | undefined): M {
  const names = [...models.keys()];
  const model = models.get(named ?? (names.length === 1 ? names[0] : ""));
  if (model !== undefined) return model;
  if (named === undefined) {
    throw new Fault("serve/request", {
      what: "several models are served here and the request names none",
      where: "model",
      remedy: `add "model": one of ${names.join(", ")}`,
    });
  }
  const near = nearest(named, names);
  throw new Fault("serve/model", {
    what: `no model "${named.slice(0, 80)}" is served here`,
    where: "model",
    why: `there are ${names.join(", ")}`,
    remedy: near === undefined ? "name one of these" : `did you mean "${near}"?`,
  });
}
