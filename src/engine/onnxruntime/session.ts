import { Fault } from "../../base/fault.ts";
import { sizeOf } from "../../base/tensor.ts";
import type { ArrayOf, ElementType, Tensor } from "../../base/tensor.ts";
import { checkFeeds, checkResidents, checkTensor, chooseFetches, edgeTypes } from "../edges.ts";
import type { LoadOptions, ModelSource, Program, ProgramPort, RunOptions } from "../port.ts";
import type * as Ort from "onnxruntime-node";

/**
 * A program on the caller's thread. The engine's run blocks it, so a signal or a deadline is looked at before and
 * after a run; a run that is refused afterwards leaves the residents as they were.
 *
 * How tensors cross the binding (1.30): feeds are wrapped where they lie, without a copy; every fetched output is
 * copied out once into a new array. So residents cost nothing going in, and a next value costs one copy coming out.
 */
export async function openSession(source: ModelSource, options: LoadOptions = {}): Promise<Program> {
  const ort = await import("onnxruntime-node");
  const session = await load(ort, source, options);
  const inputs = session.inputMetadata.map(portOf);
  const outputs = session.outputMetadata.map(portOf);
  const residents = options.resident ?? [];
  checkResidents(inputs, outputs, residents);
  const held = new Map<string, Ort.Tensor>();
  for (const { input, value } of residents) held.set(input, wrap(ort, own(value)));
  const residentNames = new Set(held.keys());
  let closed = false;
  let tail: Promise<unknown> = Promise.resolve();

  function guardOpen(): void {
    if (closed) throw new Fault("engine/closed", { what: "the program has been closed and cannot run" });
  }

  async function runNow(feeds: Readonly<Record<string, Tensor>>, run: RunOptions, began: number) {
    guardOpen();
    checkFeeds(inputs, residentNames, feeds);
    const fetches = chooseFetches(outputs, residents, run.fetch);
    checkStop(run, began);
    checkMemory(options.memoryLimit);
    const given: Record<string, Ort.Tensor> = {};
    for (const [name, value] of held) given[name] = value;
    for (const name of Object.keys(feeds)) given[name] = wrap(ort, feeds[name]);
    const wanted = new Set(fetches);
    for (const { next } of residents) if (next !== undefined) wanted.add(next);
    if (wanted.size === 0) return {};
    let results: Ort.InferenceSession.OnnxValueMapType;
    try {
      results = await session.run(given, [...wanted]);
    } catch (cause) {
      throw new Fault("engine/run", { what: "the engine could not run the program", why: messageOf(cause), cause });
    }
    checkStop(run, began);
    for (const { input, next } of residents) if (next !== undefined) held.set(input, results[next]);
    const returned: Record<string, Tensor> = {};
    for (const name of fetches) {
      const value = unwrap(results[name]);
      returned[name] = residents.some((resident) => resident.next === name) ? own(value) : value;
    }
    return returned;
  }

  /** Runs of one program follow one another, so that residents move on in the order of the calls. */
  function queue<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  function resident(name: string): Ort.Tensor {
    guardOpen();
    const value = held.get(name);
    if (value === undefined) {
      throw new Fault("engine/resident", {
        what: `the program has no resident "${name}"`,
        why: `its residents are ${[...residentNames].join(", ") || "none"}`,
      });
    }
    return value;
  }

  return {
    inputs,
    outputs,
    run(feeds, run = {}) {
      const began = performance.now();
      return queue(() => runNow(feeds, run, began));
    },
    read: (name) => queue(async () => own(unwrap(resident(name)))),
    write: (name, value) =>
      queue(async () => {
        resident(name);
        const port = inputs.find((p) => p.name === name);
        if (port !== undefined) checkTensor(port, value, new Map());
        held.set(name, wrap(ort, own(value)));
      }),
    close: () =>
      queue(async () => {
        if (closed) return;
        closed = true;
        held.clear();
        await session.release();
      }),
  };
}

async function load(ort: typeof Ort, source: ModelSource, options: LoadOptions): Promise<Ort.InferenceSession> {
  const settings: Ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: options.intraOpThreads ?? 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
  try {
    return await (source instanceof Uint8Array
      ? ort.InferenceSession.create(source, settings)
      : ort.InferenceSession.create(source.path, settings));
  } catch (cause) {
    throw new Fault("engine/load", {
      what: "the engine could not load the model",
      where: source instanceof Uint8Array ? `${source.byteLength} bytes in memory` : source.path,
      why: messageOf(cause),
      cause,
    });
  }
}

function portOf(metadata: Ort.InferenceSession.ValueMetadata): ProgramPort {
  const { name } = metadata;
  if (!metadata.isTensor) {
    throw new Fault("engine/port", {
      what: `"${name}" is not a tensor`,
      why: "only tensors cross the edge of a program",
    });
  }
  const type = metadata.type as ElementType;
  if (!edgeTypes.has(type)) {
    throw new Fault("engine/port", {
      what: `"${name}" has the element type ${metadata.type}, which does not cross the edge of a program`,
      remedy: `cast inside the graph; edges take ${[...edgeTypes].join(", ")}`,
    });
  }
  return { name, type, dims: metadata.shape.map((dim, i) => (dim === "" ? `${name}.${i}` : dim)) };
}

function checkStop(run: RunOptions, began: number): void {
  if (run.signal?.aborted === true) throw new Fault("engine/cancelled", { what: "the run was cancelled" });
  if (run.deadlineMs !== undefined && performance.now() - began > run.deadlineMs) {
    throw new Fault("engine/deadline", { what: `the run was not done within ${run.deadlineMs} ms` });
  }
}

function checkMemory(limit: number | undefined): void {
  if (limit === undefined) return;
  const used = process.memoryUsage.rss();
  if (used > limit) {
    throw new Fault("engine/memory", {
      what: `the process uses ${used} bytes of memory, above the limit of ${limit}`,
      remedy: "raise the limit, or close programs that are no longer needed",
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

/** A copy that nobody else can change. */
function own(value: Tensor): Tensor {
  return { type: value.type, dims: [...value.dims], data: value.data.slice(0, sizeOf(value.dims)) };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
