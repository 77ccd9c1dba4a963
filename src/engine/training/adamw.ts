import { Fault } from "../../base/fault.ts";
import { sizeOf, tensor } from "../../base/tensor.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { AdamWOptions } from "../../graph/index.ts";
import { type Common, settingsOf } from "../../graph/training/optimiser.ts";
import { adamwKernel } from "./adamw-wasm.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * AdamW in one memory, which the engine reads in place as feeds: one fused pass makes the sums of `graph/training/adamw`.
 * The graph's form makes a dozen passes, though on all threads, and copies three outputs for each parameter where this
 * copies one.
 */
export function adamw(
  start: Readonly<Record<string, Tensor>>,
  options: Omit<AdamWOptions, "kind"> & Common = {},
): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const names = Object.keys(start);
  const bytes = names.map((name) => Math.ceil(sizeOf(start[name].dims) / 4) * 16);
  const total = bytes.reduce((a, b) => a + b, 0);
  const scratch = 3 * total;
  const needed = scratch + Math.max(0, ...bytes);
  if (needed > LIMIT) {
    throw new Fault("engine/optimiser-memory", {
      what: `the optimiser's state takes ${needed} bytes, above the ${LIMIT} that its memory can have`,
      remedy: "train fewer parameters, or with the optimiser in the graph",
    });
  }
  const settings = settingsOf(
    names.map((name) => ({ name, dims: start[name].dims })),
    { kind: "adamw", ...options },
    0.01,
  );
  const { update, buffer } = adamwKernel(needed);
  const parameters: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  let at = 0;
  const places = names.map((name, i) => {
    const { dims, data } = start[name];
    const place = at;
    const view = (from: number): Tensor => tensor("float32", dims, new Float32Array(buffer, from, data.length));
    parameters[name] = state[name] = view(place);
    (parameters[name].data as Float32Array).set(data as Float32Array);
    state[`m.${name}`] = view(total + place);
    state[`v.${name}`] = view(2 * total + place);
    at += bytes[i];
    return { name, place, bytes: bytes[i], ...settings.get(name)! };
  });

  return {
    parameters,
    state,
    update(gradients, t, rate, clip) {
      const gain1 = (1 - beta1) * clip;
      const gain2 = (1 - beta2) * clip * clip;
      const first = 1 / (1 - beta1 ** t);
      const second = 1 / (1 - beta2 ** t);
      for (const { name, place, bytes, rate: by, decay } of places) {
        new Float32Array(buffer, scratch).set(gradients[name].data as Float32Array);
        const own = rate * by;
        update(
          place,
          total + place,
          2 * total + place,
          scratch,
          bytes,
          beta1,
          gain1,
          beta2,
          gain2,
          own * first,
          second,
          epsilon,
          1 - own * decay,
        );
      }
    },
  };
}

/** What 32-bit addresses reach, less a page. */
const LIMIT = 2 ** 32 - 65_536;
