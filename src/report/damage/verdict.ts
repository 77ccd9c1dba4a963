import type { CheckLine } from "../../record/check.ts";
import { count } from "../figures.ts";
import { markup, type Markup } from "../markup.ts";

interface Marked {
  readonly verdict: CheckLine["verdict"];
  readonly enough?: CheckLine["enough"];
}

/** "✓ held", "✗ broken", or what would tell. */
export function verdictMark({ verdict, enough = null }: Marked): Markup {
  if (verdict === "held") return markup`<span class="held">✓ held</span>`;
  if (verdict === "broken") return markup`<span class="missed">✗ broken</span>`;
  const would = verdict === "too small to tell" && enough !== null ? `; ${count(enough)} in all would do` : "";
  return markup`<span class="none">${verdict}${would}</span>`;
}

export function printP(p: number): string {
  return p < 0.001 ? "<\u00a00.001" : p.toFixed(3);
}
