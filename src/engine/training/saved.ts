import { Fault } from "../../base/fault.ts";
import { int64 } from "../../base/tensor.ts";
import { builder, fromOnnx, toOnnxParts } from "../../graph/index.ts";
import type { TrainerState } from "./trainer.ts";

/**
 * A trainer's state as bytes: an ONNX file of tensors alone, so that the reader that trusts nothing reads it. In pieces one
 * after another; those of tensors are the tensors' own.
 */
export function stateBytes({ steps, tensors }: TrainerState): Uint8Array[] {
  const b = builder(NAME);
  b.parameter("steps", int64([], [steps]));
  for (const [name, tensor] of tensors) b.parameter(`${PREFIX}${name}`, tensor);
  return toOnnxParts(b.finish());
}

const NAME = "whittle.trainer";
/** Keeps a parameter called `steps` apart from the count. */
const PREFIX = "of/";

/** What `stateBytes` gave. */
export function stateFrom(bytes: Uint8Array): TrainerState {
  const { name, initialisers } = fromOnnx(bytes);
  const steps = Number(initialisers.find((v) => v.name === "steps")?.tensor.data[0]);
  if (name !== NAME || !Number.isSafeInteger(steps) || steps < 0) {
    throw new Fault("engine/state", {
      what: "this is no saved state of a training",
      remedy: "name the file that `saveState` wrote",
    });
  }
  const tensors = initialisers.filter((v) => v.name.startsWith(PREFIX));
  return { steps, tensors: new Map(tensors.map((v) => [v.name.slice(PREFIX.length), v.tensor])) };
}
