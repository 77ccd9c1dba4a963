import { patternFor } from "../../features/patterns/index.ts";
import { parseSpans } from "../../spans/span.ts";
import type { Rung } from "../rung.ts";
import { spanManifest } from "./manifest.ts";
import { fitPhrases } from "./phrases.ts";

/**
 * The humble baseline of spans: patterns with their checks, and for extract the values that training rows hold. What a person would
 * write in an afternoon, and what a model has to beat.
 */
export const baseline: Rung = {
  name: "baseline",
  defaults: { leastPrecision: 0.5, most: 50_000 },
  seeded: false,
  judge: () => "folds",
  async fit(material, settings) {
    const { train, labels, spans, kind } = material;
    const texts = train.map(({ text, target }) => ({ text, spans: parseSpans(target as string).spans }));
    const byName = labels.flatMap((label) => (patternFor(label) ?? []).map((pattern) => ({ pattern, label })));
    const rules = fitPhrases(texts, labels, kind === "redact" && spans !== null ? spans.patterns : byName, {
      leastPrecision: Number(settings["leastPrecision"]),
      most: Number(settings["most"]),
    });
    // A dictionary of the names seen would carry them wherever the pack goes: redact has patterns alone.
    const phrases = kind === "redact" ? [] : [...rules.phrases];
    const program = { type: "phrases" as const, phrases, patterns: [...rules.patterns] };
    return { parts: [spanManifest(material, { program, inputs: [] })], curve: [], found: {} };
  },
};
