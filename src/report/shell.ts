import { markup, Markup, type Content } from "./markup.ts";
import type { Section } from "./sections/section.ts";
import { style } from "./style.ts";

export interface Shell {
  /** Of the window. */
  readonly title: string;
  /** Above the heading: what this is, and of when. */
  readonly stage: string;
  readonly heading: string;
  readonly sections: readonly Section[];
  readonly footer: Content;
}

/** A whole HTML file that loads nothing and runs no script; its own policy forbids both. Same content in, same bytes out. */
export function shell({ title, stage, heading, sections, footer }: Shell): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="whittle">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body><main>
<p class="stage">${stage}</p>
<h1>${heading}</h1>
<nav aria-label="Sections">${sections.map(({ id, title: name }) => markup`<a href="#${id}">${name}</a>`)}</nav>
${sections.map(
  ({ id, stage: of, title: name, body }) => markup`<section id="${id}" aria-labelledby="${id}-title">
<p class="stage">${of}</p>
<h2 id="${id}-title">${name}</h2>
${body}
</section>
`,
)}
<footer>${footer}</footer>
</main></body>
</html>
`;
  return page.source;
}
