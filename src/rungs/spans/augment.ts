import type { Random } from "../../base/random.ts";
import { valueMaker } from "../../features/gazetteer/values.ts";
import type { Span } from "../../spans/span.ts";

interface SpanText {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** How often a value is an invented one, where the dictionaries can make one; and, of the rest, how often it stays. */
const INVENTED = 0.5;
const KEPT = 0.5;

/**
 * Each text with a span once more, with other values at its spans: invented ones for names of persons, places and
 * organisations, or values that other texts have under the same label. Teaches a tagger that a place in a sentence, not
 * the value, tells what stands there. A function of its arguments and the random stream.
 */
export function augmented(texts: readonly SpanText[], random: Random): SpanText[] {
  const values = new Map<string, string[]>();
  for (const { text, spans } of texts) {
    for (const { start, end, label } of spans) {
      const pool = values.get(label);
      if (pool === undefined) values.set(label, [text.slice(start, end)]);
      else pool.push(text.slice(start, end));
    }
  }
  const makers = new Map([...values.keys()].map((label) => [label, valueMaker(label)]));

  function other(value: string, label: string): string {
    const make = makers.get(label) ?? null;
    if (make !== null && random.uniform() < INVENTED) return make(random);
    if (random.uniform() < KEPT) return value;
    const pool = values.get(label) as string[];
    return pool[random.below(pool.length)];
  }

  return texts
    .filter(({ spans }) => spans.length > 0)
    .map((given) => {
      let text = "";
      let from = 0;
      const spans: Span[] = [];
      for (const { start, end, label } of given.spans) {
        text += given.text.slice(from, start);
        const value = other(given.text.slice(start, end), label);
        spans.push({ start: text.length, end: text.length + value.length, label });
        text += value;
        from = end;
      }
      return { text: text + given.text.slice(from), spans };
    });
}
