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
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    const why = notJson(cause);
    throw new Fault("serve/not-json", { what: "the body is not JSON", where: "body", why, remedy: form });
  }
  const checked = bodySchema.safeParse(value);
  if (!checked.success)
    throw new Fault("serve/request", { what: "the body does not fit", where: "body", remedy: form });
  const body = checked.data;
  const texts = "text" in body ? [body.text] : body.texts;
  if (texts.length > limits.maxTexts) {
    throw new Fault("serve/too-many-texts", {
      what: `the request holds ${texts.length} texts; ${limits.maxTexts} are allowed`,
      where: "texts",
      remedy: "send them in several requests",
    });
  }
  return { texts, single: "text" in body, model: body.model };
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
