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

/** A kernel that keeps residents where it works, on a device say, in a form of its own. */
export interface HoldingKernel<Held> extends Omit<Kernel, "execute"> {
  execute(given: Given<Held>): Promise<Ran<Held>>;
  hold(value: Tensor): Held;
  /** A copy. */
  read(held: Held): Promise<Tensor>;
  free(held: Held): void;
}

export interface Given<Held> {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly held: ReadonlyMap<string, Held>;
  /** Outputs to return. */
  readonly fetches: readonly string[];
  /** Outputs to hold: returned as well where they are among the fetches. */
  readonly next: ReadonlySet<string>;
}

export interface Ran<Held> {
  readonly results: Record<string, Tensor>;
  readonly next: ReadonlyMap<string, Held>;
}

/** A program whose residents are arrays. */
export function programOver(kernel: Kernel, options: LoadOptions = {}): Program {
  return programHolding<Tensor>(
    {
      ...kernel,
      async execute({ feeds, held, fetches, next }) {
        const given = held.size === 0 ? feeds : { ...Object.fromEntries(held), ...feeds };
        const all = await kernel.execute(given, next.size === 0 ? fetches : [...new Set([...fetches, ...next])]);
        if (next.size === 0) return { results: all, next: new Map() };
        const fetched = (name: string): Tensor => (next.has(name) ? own(all[name]) : all[name]);
        return {
          results: Object.fromEntries(fetches.map((name) => [name, fetched(name)])),
          next: new Map([...next].map((name) => [name, all[name]])),
        };
      },
      hold: own,
      read: async (held) => own(held),
      free: () => undefined,
    },
    options,
  );
}

/**
 * A program on the caller's thread: checks, residents, order and closing, the same for every kernel. A run blocks, so a
 * signal or a deadline is looked at before and after it; a run refused afterwards leaves the residents as they were.
 */
export function programHolding<Held>(kernel: HoldingKernel<Held>, options: LoadOptions = {}): Program {
  const { inputs, outputs } = kernel;
  const residents = options.resident ?? [];
  checkResidents(inputs, outputs, residents);
  const held = new Map(residents.map(({ input, value }) => [input, kernel.hold(value)]));
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
    if (fetches.length === 0 && nextNames.size === 0) return {};
    const { results, next: nexts } = await kernel.execute({ feeds, held, fetches, next: nextNames });
    try {
      checkStop(run, began);
    } catch (fault) {
      for (const value of nexts.values()) kernel.free(value);
      throw fault;
    }
    const before = new Set(held.values());
    for (const { input, next } of residents) if (next !== undefined) held.set(input, nexts.get(next)!);
    for (const value of held.values()) before.delete(value);
    for (const value of before) kernel.free(value);
    return results;
  }

  function resident(name: string): Held {
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
    read: (name) => queue(async () => kernel.read(resident(name))),
    write: (name, value) =>
      queue(async () => {
        const before = resident(name);
        for (const port of inputs) if (port.name === name) checkTensor(port, value, new Map());
        held.set(name, kernel.hold(value));
        if (![...held.values()].includes(before)) kernel.free(before);
      }),
    close: () =>
      queue(async () => {
        if (closed) return;
        closed = true;
        for (const value of new Set(held.values())) kernel.free(value);
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
