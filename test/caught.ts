import { Fault } from "../src/base/fault.ts";

/** The fault that something throws; anything else that it throws goes through. */
export function caught(act: () => unknown): Fault {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
