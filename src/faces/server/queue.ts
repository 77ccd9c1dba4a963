import { Fault } from "../../base/fault.ts";

/**
 * One piece of work after another, with room for a bounded number of waiting ones. Laws: work starts in the order in which
 * it came; what would wait as number `most + 1` is refused with `serve/busy`; what is given up while it waits never starts.
 */
export interface Queue {
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Settles once nothing runs or waits. */
  idle(): Promise<void>;
}

export function queueOf(most: number): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    run(work, signal) {
      if (waiting > most) {
        throw new Fault("serve/busy", {
          what: "too many requests are waiting for this model",
          why: `${most} wait already`,
          remedy: "try again in a moment, or send several texts in one request",
        });
      }
      waiting++;
      const turn = last.then(() => {
        signal.throwIfAborted();
        return work();
      });
      last = turn.then(
        () => waiting--,
        () => waiting--,
      );
      return turn;
    },
    idle: async () => void (await last),
  };
}
