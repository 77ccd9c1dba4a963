import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Fault, type FaultCode } from "../../base/fault.ts";

/** The status that a fault travels under. What is not named is the model's or the machine's failure: 500. */
const statuses: Readonly<Record<FaultCode, ContentfulStatusCode>> = {
  "serve/not-json": 400,
  "serve/request": 400,
  "serve/host": 403,
  "serve/not-found": 404,
  "serve/model": 404,
  "serve/method": 405,
  "serve/too-large": 413,
  "serve/too-many-texts": 413,
  "serve/media-type": 415,
  "serve/busy": 503,
  "serve/deadline": 503,
  "serve/stopping": 503,
  "engine/deadline": 503,
  "memory/input": 413,
  "memory/resident": 503,
  "predict/not-text": 400,
  "predict/empty-text": 400,
  "predict/too-long": 413,
};

export function respond(context: Context, fault: Fault): Response {
  const status = statuses[fault.code] ?? 500;
  if (status === 503) context.header("Retry-After", "1");
  return context.json(fault.toJSON(), status);
}

/** Whatever was thrown, as a fault that gives away nothing of the machine. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault("serve/failed", {
    what: "the request could not be answered",
    why: "whittle did not expect this: it is a defect in whittle",
    remedy: "look at the server's own output",
    cause: error,
  });
}
