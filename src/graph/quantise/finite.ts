import { Fault } from "../../base/fault.ts";
import type { Initialiser } from "../ir.ts";

/** Refuses a weight of which a value is no number or infinite. */
export function refuseNotFinite(weight: Initialiser): void {
  refuse(
    weight,
    (v) => !Number.isFinite(v),
    "no whole number stands for it, and the model that it was trained to be is broken already",
  );
}

/** Refuses a tensor of which a value is no number; infinities are what masks are made of. */
export function refuseNotNumbers(weight: Initialiser): void {
  if (weight.type !== "float32" && weight.type !== "float64") return;
  if (weight.tensor.data.length > 1)
    refuse(weight, Number.isNaN, "what it meets is no number either, whatever the weights become");
}

function refuse({ name, tensor }: Initialiser, isBad: (v: number) => boolean, why: string): void {
  const values = tensor.data as Float32Array;
  const at = values.findIndex(isBad);
  if (at < 0) return;
  throw new Fault("graph/not-finite", {
    what: `the weight "${name}" holds ${values[at]}`,
    where: `element ${at} of ${values.length}`,
    why,
    remedy: "train or export the model again, or keep this weight as it is",
  });
}
