/**
 * Markup in which nothing of a user's can become markup: whatever is put into the template is escaped, unless it is Markup
 * itself. Law: the text content of `markup`<p>${text}</p>`` is `text`, control characters shown as U+FFFD.
 */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Content = Markup | string | number | null | undefined | readonly Content[];

export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.map((s, i) => (i === 0 ? s : sourceOf(values[i - 1]) + s)).join(""));
}

/** Words that somebody else wrote: a label, a text. Their writing direction stays inside. */
export function theirs(text: string): Markup {
  return markup`<bdi>${text}</bdi>`;
}

export function escape(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;")
  );
}

function sourceOf(content: Content): string {
  if (content === null || content === undefined) return "";
  if (content instanceof Markup) return content.source;
  if (typeof content === "string") return escape(content);
  if (typeof content === "number") return String(content);
  return content.map(sourceOf).join("");
}
