import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import { checkFeeds, chooseFetches } from "../edges.ts";
import type { LoadOptions, ModelSource, Program, RunOptions } from "../port.ts";
import { Line } from "./line.ts";
import { compact } from "./messages.ts";
import type { Answer, Opening, Request } from "./messages.ts";

/**
 * A program in a worker thread of its own. Requests go one at a time. A run that is cancelled or late costs the worker:
 * a program without residents gets a new one at its next run; a program with residents has lost their values and says
 * so from then on (`engine/lost`), for it must not go on from older ones in silence.
 *
 * The caller's bytes are read again when a worker is replaced, so they must not change while the program is open.
 */
export async function openRemote(source: ModelSource, options: LoadOptions = {}): Promise<Program> {
  const residents = (options.resident ?? []).map(({ input, next }) => ({ input, next }));
  const residentNames = new Set(residents.map((resident) => resident.input));
  const opening: Omit<Opening, "busy"> = {
    source,
    options: { ...options, resident: options.resident?.map(withCompactValue) },
  };
  let line: Line | undefined = new Line(opening);
  const first = await line.opened;
  const keepValues = residents.length > 0;
  let closed = false;
  let tail: Promise<unknown> = Promise.resolve();

  async function ask(request: Request, run: RunOptions = {}, began = 0): Promise<Answer> {
    if (closed) throw new Fault("engine/closed", { what: "the program has been closed and cannot run" });
    if (line === undefined || line.ended) {
      if (keepValues) {
        throw new Fault("engine/lost", {
          what: "the program's resident tensors were lost with its worker",
          remedy: "load the program again and write the last values that were kept",
        });
      }
      line = new Line(opening);
    }
    return line.ask(request, run, began);
  }

  function queue<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  return {
    inputs: first.inputs,
    outputs: first.outputs,
    async run(feeds, run = {}) {
      checkFeeds(first.inputs, residentNames, feeds);
      const fetch = chooseFetches(first.outputs, residents, run.fetch);
      const began = performance.now();
      const moved = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, compact(value)]));
      const answer = await queue(() => ask({ ask: "run", feeds: moved, fetch }, run, began));
      return (answer as Extract<Answer, { is: "results" }>).results;
    },
    async read(resident) {
      const answer = await queue(() => ask({ ask: "read", resident }));
      return (answer as Extract<Answer, { is: "value" }>).value;
    },
    async write(resident, value) {
      await queue(() => ask({ ask: "write", resident, value: compact(value) }));
    },
    close: () =>
      queue(async () => {
        closed = true;
        await line?.end();
        line = undefined;
      }),
  };
}

function withCompactValue<T extends { readonly value: Tensor }>(resident: T): T {
  return { ...resident, value: compact(resident.value) };
}
