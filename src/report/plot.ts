import domino from "@mixmark-io/domino";
import * as Plot from "@observablehq/plot";
import { markup, Markup, type Content } from "./markup.ts";

/**
 * Plots by Observable Plot, drawn into a document of domino's and printed as inline SVG: no browser, no script in the page.
 * Colours are the page's own (`var(--…)`), so that a plot follows light, dark and paper. This is the only import of either.
 */
export { Plot };

export interface Drawing {
  /** What the plot shows, for those who do not see it; the numbers stand in a table beside it. */
  readonly alt: string;
  readonly caption: Content;
  readonly options: Plot.PlotOptions;
}

const defaults: Plot.PlotOptions = {
  width: 560,
  height: 340,
  marginLeft: 52,
  marginBottom: 42,
  marginTop: 26,
  marginRight: 24,
  style: { fontSize: "12px", background: "none" },
  className: "plot",
};

export function drawn({ alt, caption, options }: Drawing): Markup {
  const document = domino.createDocument("<!doctype html><title>plot</title>", true);
  const svg = plot({ ...defaults, ...options, document, ariaLabel: alt });
  svg.setAttribute("role", "img");
  return markup`<figure>${new Markup(svg.outerHTML)}<figcaption>${caption}</figcaption></figure>`;
}

/** Plot's types speak of the browser's elements, which are not among this program's types; so much of them is needed. */
const plot = Plot.plot as (options: object) => { setAttribute(name: string, value: string): void; outerHTML: string };

/** One colour a rung, in the order of the ladder; beyond the last they repeat. */
const hues = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)"] as const;

export function hue(index: number): string {
  return hues[index % hues.length];
}
