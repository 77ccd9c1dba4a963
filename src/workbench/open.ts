import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { onnxruntime } from "../engine/onnxruntime/index.ts";
import { type Opened, openPack, type PackOptions } from "../predict/pack.ts";

/** The only place, with index.ts and tests, where ports meet their doors. */

export function openEngine(threads = 1): Engine {
  return onnxruntime({ intraOpThreads: threads });
}

/**
 * Opens a pack for predictions.
 *
 *   const tickets = await open("tickets.whittle");
 *   const { label, confidence } = await tickets.predict("my card was swallowed");
 *   await tickets.close();
 *
 * Small models answer on the caller's thread, in well under a millisecond; pass `thread: "worker"` to keep it free.
 */
export async function open(path: string, options: PackOptions = {}): Promise<Opened> {
  if (typeof path !== "string" || path === "") {
    throw new Fault("pack/path", {
      what: "open() needs the path of a .whittle file",
      remedy: 'open("tickets.whittle")',
    });
  }
  const engine = openEngine(options.threads);
  const opened = await openPack(path, engine, { thread: "here", ...options });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await engine.close();
    },
  };
}
