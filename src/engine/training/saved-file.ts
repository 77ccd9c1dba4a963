import { readBounded, writeWhole } from "../../base/files.ts";
import { stateBytes, stateFrom } from "./saved.ts";
import type { TrainerState } from "./trainer.ts";

/** Puts a state at `path`, whole or not at all: whatever ends the process, there is the old file or the new one. */
export function saveState(path: string, state: TrainerState): void {
  writeWhole(path, stateBytes(state));
}

/** What `saveState` put there. */
export function readState(path: string): TrainerState {
  return stateFrom(readBounded(path, MOST_BYTES));
}

/** What one array of bytes holds. */
const MOST_BYTES = 2 ** 32;
