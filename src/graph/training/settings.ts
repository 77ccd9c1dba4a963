import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { LossOptions } from "./loss.ts";
import type { OptimiserOptions } from "./optimiser.ts";

const losses: Readonly<Record<LossOptions["kind"], true>> = {
  "cross-entropy": true,
  "binary-cross-entropy": true,
  distil: true,
  given: true,
};
const optimisers: Readonly<Record<OptimiserOptions["kind"], true>> = { adamw: true, sgd: true, lion: true };

/** Options come from callers without types too; what would fail deep inside is refused here by its name. */
export function checkSettings(settings: {
  readonly loss: unknown;
  readonly optimiser: unknown;
  readonly clip?: number;
}): void {
  known("graph/loss", "loss", settings.loss, losses);
  if (settings.optimiser !== "gradients") known("graph/optimiser", "optimiser", settings.optimiser, optimisers);
  const { clip = 1 } = settings;
  if (!(clip > 0))
    throw new Fault("graph/optimiser", { what: `the limit of the gradients' norm is a number above 0, not ${clip}` });
}

function known(code: `graph/${string}`, what: string, given: unknown, kinds: Readonly<Record<string, true>>): void {
  const kind = (given as { readonly kind?: unknown } | undefined)?.kind;
  if (typeof kind === "string" && Object.hasOwn(kinds, kind)) return;
  const names = Object.keys(kinds);
  const near = typeof kind === "string" ? nearest(kind, names) : undefined;
  throw new Fault(code, {
    what: kind === undefined ? `the ${what} says no kind` : `there is no ${what} of the kind ${JSON.stringify(kind)}`,
    why: `there are ${names.join(", ")}`,
    remedy: near === undefined ? `give one as { kind: "${names[0]}", … }` : `did you mean "${near}"?`,
  });
}
