import { canonical } from "../../base/hash.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { Material, PartBytes } from "../rung.ts";
import { patternsBeside } from "./patterns.ts";

/** The manifest of a model of spans: what every rung says alike, and how its program is fed. */
export function spanManifest(material: Material, program: Pick<Manifest, "program" | "inputs">): PartBytes {
  const { kind, labels, maxTextLength, spans } = material;
  if (spans === null) throw new TypeError("a model of spans is told what is wanted of them");
  const manifest: Manifest = {
    kind,
    ...program,
    labels: [...labels],
    temperature: 1,
    scopeThreshold: null,
    maxTextLength,
    spans: { ...spans, patterns: patternsBeside(material), outsideBias: 0 },
  };
  return { name: "model.json", bytes: new TextEncoder().encode(canonical(manifest)) };
}
