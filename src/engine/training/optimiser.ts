import { Fault } from "../../base/fault.ts";
import { sizeOf, tensor } from "../../base/tensor.ts";
import type { Tensor } from "../../base/tensor.ts";
import { adamwKernel } from "./adamw-wasm.ts";

/** Settings of AdamW, as the graph form takes them. */
export interface AdamWSettings {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly decay?: number;
  /** Which parameters decay; those of two and more axes when not told. */
  readonly decays?: (name: string, dims: readonly number[]) => boolean;
}

/**
 * AdamW beside the engine: parameters and moments lie in one memory, which the engine reads in place as feeds, and one
 * fused pass updates them: the same sums as `graph/training/adamw`. The graph's form makes a dozen passes, though on all
 * threads, and copies three outputs for each parameter where this copies one.
 */
export interface Optimiser {
  /** The present values; views that change with every update. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Parameters and both moments (`m.NAME`, `v.NAME`), views. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** One update at step t ≥ 1; `clip` multiplies every gradient. */
  update(gradients: Readonly<Record<string, Tensor>>, t: number, rate: number, clip: number): void;
}

export function adamw(start: Readonly<Record<string, Tensor>>, settings: AdamWSettings = {}): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.01 } = settings;
  const decays = settings.decays ?? ((_: string, dims: readonly number[]) => dims.length >= 2);
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
    return { name, place, bytes: bytes[i], keeps: decay !== 0 && decays(name, dims) };
  });

  return {
    parameters,
    state,
    update(gradients, t, rate, clip) {
      const gain1 = (1 - beta1) * clip;
      const gain2 = (1 - beta2) * clip * clip;
      const first = rate / (1 - beta1 ** t);
      const second = 1 / (1 - beta2 ** t);
      for (const { name, place, bytes, keeps } of places) {
        new Float32Array(buffer, scratch).set(gradients[name].data as Float32Array);
        const keep = keeps ? 1 - rate * decay : 1;
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
          first,
          second,
          epsilon,
          keep,
        );
      }
    },
  };
}

/** What 32-bit addresses reach, less a page. */
const LIMIT = 2 ** 32 - 65_536;
