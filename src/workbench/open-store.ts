import type { Store } from "../store/port.ts";
import { openStore } from "../store/sqlite/store.ts";

/** The store of a task's folder; "read" changes nothing, and needs one that is there. */
export function openTaskStore(folder: string, mode: "write" | "read" = "write"): Store {
  return openStore(folder, { mode });
}
