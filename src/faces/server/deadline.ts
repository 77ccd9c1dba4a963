import { Fault } from "../../base/fault.ts";

/**
 * Does work that is given up after `deadlineMs`, or when the client goes. Work that outlives its deadline is told as late at that
 * moment, whatever the engine makes of the signal. Nothing of a request is held once it is answered: a signal with a timer of its
 * own would keep the request's texts until it rang.
 */
export async function within<T>(
  deadlineMs: number,
  client: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const gone = (): void => stop.abort(client.reason);
  client.addEventListener("abort", gone);
  if (client.aborted) gone();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Fault("serve/deadline", {
          what: `the answer took longer than ${deadlineMs} ms`,
          remedy: "send fewer texts at once, or try again later",
        }),
      );
      stop.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
    client.removeEventListener("abort", gone);
  }
}
