import { Worker } from "node:worker_threads";
import { entryUrl } from "../../base/entry.ts";
import { Fault } from "../../base/fault.ts";
import type { RunOptions } from "../port.ts";
import { faultOf } from "./messages.ts";
import type { Answer, Opening, Request } from "./messages.ts";

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * One worker and the one request it is working on.
 *
 * A thread inside the engine's native code cannot be ended: when that code comes back to a terminated thread, the
 * binding throws where nothing catches and the whole process aborts. So `end` lets a busy worker finish first (the
 * caller has its fault at once and does not wait), and the process, when it exits, waits for busy workers too.
 */
export class Line {
  readonly opened: Promise<Extract<Answer, { is: "open" }>>;
  ended = false;
  readonly #worker: Worker;
  readonly #busy = new Int32Array(new SharedArrayBuffer(4));
  #waiting: Waiting | undefined;

  constructor(opening: Omit<Opening, "busy">) {
    this.#worker = new Worker(entryUrl(import.meta.url, "./worker"), {
      workerData: { ...opening, busy: this.#busy } satisfies Opening,
    });
    this.#worker.on("message", (answer: Answer) => {
      if (answer.is === "fault") this.#settle((waiting) => waiting.reject(faultOf(answer.letter)));
      else this.#settle((waiting) => waiting.resolve(answer));
      if (this.ended) void this.#worker.terminate();
    });
    this.#worker.on("error", (error) => this.#crash(error.message));
    this.#worker.on("exit", (code) => this.#crash(`it ended with code ${code}`));
    this.opened = this.#wait<Extract<Answer, { is: "open" }>>();
    this.opened.catch(() => void this.end());
  }

  /** `began` is when the caller asked: time in the queue counts against the deadline. */
  ask(request: Request, run: RunOptions, began: number): Promise<Answer> {
    const { deadlineMs, signal } = run;
    const left = deadlineMs === undefined ? Infinity : deadlineMs - (performance.now() - began);
    if (signal?.aborted === true) return Promise.reject(cancelled());
    if (deadlineMs !== undefined && left <= 0) return Promise.reject(late(deadlineMs));
    return new Promise((resolve, reject) => {
      const stop = (fault: Fault): void => {
        reject(fault);
        void this.end();
      };
      const onAbort = (): void => stop(cancelled());
      signal?.addEventListener("abort", onAbort, { once: true });
      const timer = deadlineMs === undefined ? undefined : setTimeout(() => stop(late(deadlineMs)), left);
      this.opened
        .then(() => this.#send(request))
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        });
    });
  }

  /** Ends the worker: at once when it is idle, else when it has answered. */
  async end(): Promise<void> {
    this.ended = true;
    if (this.#waiting === undefined) await this.#worker.terminate();
    else this.#worker.unref();
  }

  #send(request: Request): Promise<Answer> {
    if (this.ended) return new Promise(() => {}); // stopped while it opened: the caller has its fault
    const answer = this.#wait<Answer>();
    this.#worker.postMessage(request);
    return answer;
  }

  /** The process stays alive for a worker only while an answer is awaited. */
  #wait<T extends Answer>(): Promise<T> {
    this.#worker.ref();
    Atomics.store(this.#busy, 0, 1);
    markBusy(this.#busy);
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    }) as Promise<T>;
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    busyWorkers.delete(this.#busy);
    this.#worker.unref();
    if (waiting !== undefined) how(waiting);
  }

  #crash(why: string): void {
    this.ended = true;
    this.#settle((waiting) =>
      waiting.reject(new Fault("engine/crashed", { what: "the engine's worker ended in the middle of its work", why })),
    );
  }
}

const busyWorkers = new Set<Int32Array>();
let waitsAtExit = false;
/** A worker that died without a word must not keep the process for ever. */
const LONGEST_EXIT_MS = 60_000;

function markBusy(busy: Int32Array): void {
  busyWorkers.add(busy);
  if (waitsAtExit) return;
  waitsAtExit = true;
  process.on("exit", () => {
    for (const flag of busyWorkers) Atomics.wait(flag, 0, 1, LONGEST_EXIT_MS);
  });
}

const cancelled = (): Fault => new Fault("engine/cancelled", { what: "the run was cancelled" });
const late = (ms: number): Fault => new Fault("engine/deadline", { what: `the run was not done within ${ms} ms` });
