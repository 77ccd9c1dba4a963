import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { onnxruntime } from "../engine/onnxruntime/index.ts";
import { type Opened, openPack, type PackOptions } from "../predict/pack.ts";
import { type Budget, budgetOf } from "./memory/budget.ts";

/** The only place, with index.ts and tests, where ports meet their doors. */

export function openEngine(threads = 1): Engine {
  return onnxruntime({ intraOpThreads: threads });
}

export interface LibraryOptions extends Omit<PackOptions, "plan" | "room"> {
  /**
   * Memory that the process may hold: bytes, or an amount such as "256MB". The pack is held against it before it is loaded
   * (`memory/plan`), and no text is answered that would not fit (`memory/input`) or does not now (`memory/resident`). Several packs
   * share a budget that `budgetOf` makes.
   */
  readonly memory?: number | string | Budget;
}

/**
 * Opens a pack for predictions.
 *
 *   const tickets = await open("tickets.whittle", { memory: "256MB" });
 *   const { label, confidence } = await tickets.predict("my card was swallowed");
 *   await tickets.close();
 *
 * Small models answer on the caller's thread, in well under a millisecond; pass `thread: "worker"` to keep it free.
 */
export async function open(path: string, { memory, ...options }: LibraryOptions = {}): Promise<Opened> {
  if (typeof path !== "string" || path === "") {
    throw new Fault("pack/path", {
      what: "open() needs the path of a .whittle file",
      remedy: 'open("tickets.whittle")',
    });
  }
  const budget = typeof memory === "number" || typeof memory === "string" ? budgetOf(memory) : memory;
  budget?.admitFile(path);
  const engine = openEngine(options.threads);
  const opened = await openPack(path, engine, {
    thread: "here",
    ...options,
    plan: budget && ((pack, at) => budget.admit(pack, at)),
  });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await engine.close();
    },
  };
}
