import { Fault } from "../base/fault.ts";

/** The parts of a pack by name. */
export type Parts = ReadonlyMap<string, Uint8Array>;

export function requirePart(parts: Parts, name: string): Uint8Array {
  const bytes = parts.get(name);
  if (bytes === undefined) {
    throw new Fault("pack/missing-part", {
      what: `the pack has no part "${name}"`,
      remedy: "make the pack again, or fetch it again if it was copied",
    });
  }
  return bytes;
}

/** Reads a part that is JSON; what it must look like is the caller's to check. */
export function jsonPart(parts: Parts, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(requirePart(parts, name)));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("pack/manifest", {
      what: `the part "${name}" is not JSON`,
      remedy: "make the pack again",
      cause: error,
    });
  }
}
