import { Fault } from "../../base/fault.ts";
import type { ArrayOf, ElementType, Tensor } from "../../base/tensor.ts";
import { messageOf, portOf } from "../metadata.ts";
import type { LoadOptions, ModelSource, Program, ProgramPort } from "../port.ts";
import { programOver } from "../program.ts";
import { type Placed, placed } from "./placed.ts";
import type * as Ort from "onnxruntime-node";

/**
 * A program of ONNX Runtime on the caller's thread.
 *
 * How tensors cross the binding (1.30): feeds are wrapped where they lie, without a copy; every fetched output is
 * copied out once into a new array. So residents cost nothing going in, and a next value costs one copy coming out.
 */
export async function openSession(source: ModelSource, options: LoadOptions = {}): Promise<Program> {
  const ort = await import("onnxruntime-node");
  const { session, tables } = await load(ort, source, options);
  const held = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, wrap(ort, table)]));
  const ports = (metadata: readonly Ort.InferenceSession.ValueMetadata[]): ProgramPort[] => metadata.map(portOf);
  return programOver(
    {
      inputs: ports(session.inputMetadata.filter(({ name }) => !Object.hasOwn(tables, name))),
      outputs: ports(session.outputMetadata),
      async execute(feeds, fetches) {
        const given: Record<string, Ort.Tensor> = { ...held };
        for (const name of Object.keys(feeds)) given[name] = wrap(ort, feeds[name]);
        let results: Ort.InferenceSession.OnnxValueMapType;
        try {
          results = await session.run(given, fetches);
        } catch (cause) {
          throw new Fault("engine/run", { what: "the engine could not run the program", why: messageOf(cause), cause });
        }
        const returned: Record<string, Tensor> = {};
        for (const name of fetches) returned[name] = unwrap(results[name]);
        return returned;
      },
      release: () => session.release(),
    },
    options,
  );
}

interface Loaded {
  readonly session: Ort.InferenceSession;
  readonly tables: Placed["tables"];
}

async function load(ort: typeof Ort, source: ModelSource, options: LoadOptions): Promise<Loaded> {
  const settings: Ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: options.intraOpThreads ?? 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // A pattern is kept for every shape that was ever fed, and no two texts are of one shape; its block stands beside the pieces
    // of the first run. Steps of training are of one shape.
    enableMemPattern: (options.resident ?? []).length > 0,
    logSeverityLevel: 3,
  };
  const create = (model: Uint8Array | string, more = {}): Promise<Ort.InferenceSession> =>
    typeof model === "string"
      ? ort.InferenceSession.create(model, settings)
      : ort.InferenceSession.create(model, { ...settings, ...more });
  try {
    if (source instanceof Uint8Array) return { session: await create(source), tables: {} };
    const apart = placed(source);
    if (apart === undefined) return { session: await create(source.path), tables: {} };
    const extra = { session: { model_external_initializers_file_folder_path: apart.folder } };
    return { session: await create(apart.model, { extra }), tables: apart.tables };
  } catch (cause) {
    throw new Fault("engine/load", {
      what: "the engine could not load the model",
      where: source instanceof Uint8Array ? `${source.byteLength} bytes in memory` : source.path,
      why: messageOf(cause),
      cause,
    });
  }
}

/** The binding takes no shared memory, so that alone is copied. */
function wrap(ort: typeof Ort, value: Tensor): Ort.Tensor {
  const data = value.data.buffer instanceof SharedArrayBuffer ? value.data.slice() : value.data;
  return new ort.Tensor(value.type as "float32", data as Float32Array, value.dims);
}

function unwrap(value: Ort.Tensor): Tensor {
  return { type: value.type as ElementType, dims: value.dims, data: value.data as ArrayOf[ElementType] };
}
