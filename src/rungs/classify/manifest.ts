import { canonical } from "../../base/hash.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { PartBytes } from "../rung.ts";

export function manifestPart(manifest: Manifest): PartBytes {
  return { name: "model.json", bytes: new TextEncoder().encode(canonical(manifest)) };
}
