import { Fault } from "../../base/fault.ts";
import type { ArrayOf, ElementType, Tensor } from "../../base/tensor.ts";
import { messageOf, portOf } from "../metadata.ts";
import type { LoadOptions, Program } from "../port.ts";
import { programHolding } from "../program.ts";
import type * as Ort from "onnxruntime-web";

/**
 * A program of ONNX Runtime in a page. Residents are the runtime's own tensors. With WebGPU the outputs that become
 * residents are left in the device's buffers and given back as inputs; so a resident crosses to the device once, with
 * the first run, and back when it is read. With WebAssembly feeds and results are copied in and out of its memory.
 */
export async function openSession(
  ort: typeof Ort,
  model: Uint8Array,
  provider: "wasm" | "webgpu",
  options: LoadOptions,
): Promise<Program> {
  const nexts = (options.resident ?? []).flatMap(({ next }) => (next === undefined ? [] : [next]));
  const session = await create(ort, model, {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    ...(provider === "webgpu" && {
      preferredOutputLocation: Object.fromEntries(nexts.map((name) => [name, "gpu-buffer" as const])),
    }),
  });
  return programHolding<Ort.Tensor>(
    {
      inputs: session.inputMetadata.map(portOf),
      outputs: session.outputMetadata.map(portOf),
      async execute({ feeds, held, fetches, next }) {
        const given: Record<string, Ort.Tensor> = Object.fromEntries(held);
        for (const name of Object.keys(feeds)) given[name] = wrap(ort, feeds[name]);
        try {
          const all = await session.run(given, [...new Set([...fetches, ...next])]);
          const results: Record<string, Tensor> = {};
          for (const name of fetches) results[name] = await unwrap(all[name], next.has(name));
          return { results, next: new Map([...next].map((name) => [name, all[name]])) };
        } catch (cause) {
          throw new Fault("engine/run", { what: "the engine could not run the program", why: messageOf(cause), cause });
        }
      },
      hold: (value) => wrap(ort, { ...value, data: value.data.slice() }),
      read: (held) => unwrap(held, true),
      free: (held) => held.dispose(),
      release: () => session.release(),
    },
    options,
  );
}

async function create(
  ort: typeof Ort,
  model: Uint8Array,
  settings: Ort.InferenceSession.SessionOptions,
): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, settings);
  } catch (cause) {
    throw new Fault("engine/load", {
      what: "the engine could not load the model",
      where: `${model.byteLength} bytes in memory`,
      why: messageOf(cause),
      cause,
    });
  }
}

function wrap(ort: typeof Ort, value: Tensor): Ort.Tensor {
  return new ort.Tensor(value.type as "float32", value.data as Float32Array, value.dims);
}

/** `kept`: whether the runtime's tensor lives on, so that its array must not be given away. */
async function unwrap(value: Ort.Tensor, kept: boolean): Promise<Tensor> {
  const data = (await value.getData()) as ArrayOf[ElementType];
  return { type: value.type as ElementType, dims: value.dims, data: kept ? data.slice() : data };
}
