import { Fault } from "../base/fault.ts";
import { guardResident } from "../base/resident.ts";
import type { Tensor } from "../base/tensor.ts";
import { checkFeeds, checkResidents, checkTensor, chooseFetches } from "./edges.ts";
import type { LoadOptions, Program, ProgramPort, RunOptions } from "./port.ts";

/** What an engine has to bring: ports, and one run of checked feeds that blocks its thread. */
export interface Kernel {
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
  /** The arrays of the results are the caller's; those of the feeds are only read. */
  execute(feeds: Readonly<Record<string, Tensor>>, fetches: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/**
 * A program on the caller's thread: checks, residents, order and closing, the same for every kernel. A run blocks, so a
 * signal or a deadline is looked at before and after it; a run refused afterwards leaves the residents as they were.
 */
export function programOver(kernel: Kernel, options: LoadOptions = {}): Program {
  const { inputs, outputs } = kernel;
  const residents = options.resident ?? [];
  checkResidents(inputs, outputs, residents);
  const held = new Map(residents.map(({ input, value }) => [input, own(value)]));
  const residentNames = new Set(held.keys());
  const nextNames = new Set(residents.flatMap(({ next }) => (next === undefined ? [] : [next])));
  let closed = false;
  let tail: Promise<unknown> = Promise.resolve();

  /** Runs of one program follow one another, so that residents move on in the order of the calls. */
  function queue<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  function guardOpen(): void {
    if (closed) throw new Fault("engine/closed", { what: "the program has been closed and cannot run" });
  }

  async function runNow(feeds: Readonly<Record<string, Tensor>>, run: RunOptions, began: number) {
    guardOpen();
    checkFeeds(inputs, residentNames, feeds);
    const fetches = chooseFetches(outputs, residents, run.fetch);
    checkStop(run, began);
    if (options.memoryLimit !== undefined) guardResident(options.memoryLimit);
    const wanted = nextNames.size === 0 ? fetches : [...new Set([...fetches, ...nextNames])];
    if (wanted.length === 0) return {};
    const given = held.size === 0 ? feeds : { ...Object.fromEntries(held), ...feeds };
    const results = await kernel.execute(given, wanted);
    checkStop(run, began);
    for (const { input, next } of residents) if (next !== undefined) held.set(input, results[next]);
    if (nextNames.size === 0) return results;
    return Object.fromEntries(fetches.map((name) => [name, nextNames.has(name) ? own(results[name]) : results[name]]));
  }

  function resident(name: string): Tensor {
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
    read: (name) => queue(async () => own(resident(name))),
    write: (name, value) =>
      queue(async () => {
        resident(name);
        for (const port of inputs) if (port.name === name) checkTensor(port, value, new Map());
        held.set(name, own(value));
      }),
    close: () =>
      queue(async () => {
        if (closed) return;
        closed = true;
        held.clear();
        await kernel.release();
      }),
  };
}

function checkStop(run: RunOptions, began: number): void {
  if (run.signal?.aborted === true) throw new Fault("engine/cancelled", { what: "the run was cancelled" });
  if (run.deadlineMs !== undefined && performance.now() - began >= run.deadlineMs) {
    throw new Fault("engine/deadline", { what: `the run was not done within ${run.deadlineMs} ms` });
  }
}

/** A copy that nobody else can change. */
function own(value: Tensor): Tensor {
  return { type: value.type, dims: [...value.dims], data: value.data.slice() };
}
