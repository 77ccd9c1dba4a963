import { parseSpans, type Span, type SpanTarget } from "../../spans/span.ts";

/** A row as it was marked and as a model that was not trained on it answered. */
export interface HeldOutSpans {
  readonly target: string;
  readonly label: string;
  readonly confidence: number;
}

/** One stretch on which a row's marks and a held-out model disagree. */
export interface SpanDoubt {
  readonly what: "not marked" | "not found" | "other label" | "other ends";
  /** What the model found; null where it found nothing there. */
  readonly found: Span | null;
  /** What the row marks; null where it marks nothing there. */
  readonly marked: Span | null;
  /**
   * How sure the other side is: of what was found, the confidence of the answer, which is that of its least sure span; of
   * what was not found, the share of spans of its label that held-out models find.
   */
  readonly chance: number;
}

/** A label whose spans are found less often than this says nothing by not being found. */
const USUALLY_FOUND = 0.9;

/**
 * Doubts by row, empty where there are none. As in confident learning, the threshold of confidence is what right answers have
 * on average, here those that hold a span; what is marked and not found counts where spans of the label are nearly always found.
 * Values that stand nowhere in their text are the importer's to tell, and doubted no further.
 */
export function spanDoubts(rows: readonly HeldOutSpans[]): SpanDoubt[][] {
  const parsed = rows.map(({ target, label, confidence }) => ({
    wanted: parseSpans(target),
    found: parseSpans(label).spans,
    confidence,
  }));
  const sure = rows.filter(({ target, label }) => target === label && label !== "[]").map((row) => row.confidence);
  const threshold = sure.length === 0 ? 1 : sure.reduce((sum, x) => sum + x, 0) / sure.length;
  const recall = recallOf(parsed);
  return parsed.map(({ wanted, found, confidence }) => {
    const isSure = confidence >= threshold;
    return disagreements(wanted, found)
      .map((doubt) => ({ ...doubt, chance: doubt.found === null ? (recall.get(doubt.marked.label) ?? 0) : confidence }))
      .filter(({ found: other, chance }) => (other === null ? chance >= USUALLY_FOUND : isSure));
  });
}

type Disagreement =
  | { readonly what: SpanDoubt["what"]; readonly found: Span; readonly marked: Span | null }
  | { readonly what: "not found"; readonly found: null; readonly marked: Span };

function disagreements({ spans, unplaced }: SpanTarget, found: readonly Span[]): Disagreement[] {
  const same = (a: Span, b: Span): boolean => a.label === b.label && a.start === b.start && a.end === b.end;
  const strays = found.filter((span) => !spans.some((mark) => same(mark, span)));
  const missed = spans.filter((mark) => !found.some((span) => same(mark, span)));
  const met = new Set<Span>();
  const of = (span: Span): Disagreement[] => {
    // A mark that was made of a bare value may stand elsewhere and mean the same.
    const near = missed.find((mark) => !met.has(mark) && (overlap(mark, span) || isValueOf(mark, span)));
    if (near !== undefined) met.add(near);
    const marked = near === undefined ? null : { start: near.start, end: near.end, label: near.label };
    if (marked === null && unplaced.some(({ label }) => label === span.label)) return [];
    return [
      {
        what: marked === null ? "not marked" : marked.label === span.label ? "other ends" : "other label",
        found: span,
        marked,
      },
    ];
  };
  const told = strays.flatMap(of);
  const left = missed.filter((mark) => !met.has(mark));
  return [
    ...told,
    ...left.map(({ start, end, label }): Disagreement => ({
      what: "not found",
      found: null,
      marked: { start, end, label },
    })),
  ];
}

function isValueOf(mark: SpanTarget["spans"][number], span: Span): boolean {
  return mark.value !== undefined && mark.label === span.label;
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Of the spans of each label the share that is found, ends and all. */
function recallOf(
  rows: readonly { readonly wanted: SpanTarget; readonly found: readonly Span[] }[],
): Map<string, number> {
  const counts = new Map<string, { hits: number; all: number }>();
  for (const { wanted, found } of rows) {
    for (const { start, end, label } of wanted.spans) {
      const count = counts.get(label) ?? { hits: 0, all: 0 };
      counts.set(label, count);
      count.all++;
      if (found.some((span) => span.label === label && span.start === start && span.end === end)) count.hits++;
    }
  }
  return new Map([...counts].map(([label, { hits, all }]) => [label, hits / all]));
}
