import type { MiddlewareHandler } from "hono";
import type { ServerResponse } from "node:http";
import { guardResident } from "../../base/resident.ts";
import type { Budget } from "../../workbench/memory/budget.ts";
import { type Held, Ledger } from "./ledger.ts";

/** What goes along with a request: what it holds of the ledger, and of a socket's requests the answer that is written. */
export interface RequestEnv {
  Variables: { held?: Held };
  Bindings: { outgoing?: ServerResponse } | undefined;
}

/** A body as it comes in, as text, and as the texts that it holds. */
const BODY_TIMES = 6;

/**
 * Takes a request in where the memory holds its body, before the body is read. What it takes is given back when its answer has
 * gone out, however slowly that is read.
 */
export function intakeOf(budget: Budget | undefined, maxBodyBytes: number): MiddlewareHandler<RequestEnv> {
  if (budget === undefined) return (_, next) => next();
  const ledger = new Ledger(() => budget.waiting());
  return async (context, next) => {
    guardResident(budget.bytes);
    const told = Number(context.req.header("content-length") ?? maxBodyBytes);
    const held = ledger.take(BODY_TIMES * Math.min(Number.isFinite(told) ? told : maxBodyBytes, maxBodyBytes));
    context.set("held", held);
    const outgoing = context.env?.outgoing;
    outgoing?.once("close", () => held.release());
    try {
      await next();
    } finally {
      if (outgoing === undefined) held.release();
    }
  };
}
