import type { Reported } from "../../record/reported.ts";
import { drawnSpans, spanLegend } from "../drawn-spans.ts";
import { count, counted } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import { isExact, type Meeting, meetings, type SpanRow, spanRows } from "../span-rows.ts";
import { judgedOn, mayShowText, nameOf, placeOf } from "../words.ts";

const SHOWN = 18;
/** Characters of a text that are shown. */
const LONGEST = 900;
/** Of these, before the first mistake. */
const BEFORE = 250;

/** The texts that are not wholly right, the worst first; of a redaction without their words. */
export function spanMistakes(reported: Reported): Markup {
  const { chosen } = reported;
  const wrong = spanRows(reported, chosen).filter(({ score }) => !score.right);
  if (wrong.length === 0) return markup`<p>Every text that was judged is wholly right.</p>`;
  const first = `The first ${Math.min(SHOWN, wrong.length)} of ${counted(wrong.length, "text")} that ${nameOf(chosen)}, judged ${judgedOn(chosen.evaluation.on)}, has not wholly right`;
  const second = "Some of these may be mistakes of the annotation; they are worth a second look.";
  if (mayShowText(reported)) {
    const shown = wrong.sort((a, b) => sureness(b) - sureness(a) || byId(a, b)).slice(0, SHOWN);
    return markup`<p>${first}; those that were surest of what they found first. ${second} No row of the sealed test is shown.</p>
${spanLegend()}
<ol class="cards wide">${shown.map(drawn)}</ol>`;
  }
  const shown = wrong
    .sort((a, b) => b.score.characters.leaked - a.score.characters.leaked || byId(a, b))
    .slice(0, SHOWN);
  return markup`<p>${first}; those that leave most to read first. ${second} <b>No text is shown</b>, as this page may be passed around: categories, lengths and places alone. Whoever may read the examples finds each at its file and line.</p>
<ol class="cards">${shown.map(told)}</ol>`;
}

/** An answer without spans is sure of nothing that could be looked at. */
function sureness({ answer, found }: SpanRow): number {
  return found.length === 0 ? -1 : answer.confidence;
}

function byId(a: SpanRow, b: SpanRow): number {
  return a.answer.id < b.answer.id ? -1 : 1;
}

function drawn(row: SpanRow): Markup {
  const { answer, example, wanted, found } = row;
  const { text, source } = example;
  const [from, to] = windowOf(row);
  const rest = text.length - to;
  return markup`<li class="card"><blockquote>${from > 0 ? markup`<span class="soft">${counted(from, "character")} before … </span>` : null}${drawnSpans(text, wanted.spans, found, [from, to])}${rest > 0 ? markup`<span class="soft"> … ${counted(rest, "character")} more</span>` : null}</blockquote>
${wanted.unplaced.map(({ label, value }) => markup`<p><span class="missed">wanted</span> ${theirs(label)}: <b>${theirs(value)}</b>, which stands nowhere in the text</p>`)}<p class="soft">${theirs(placeOf(source))}; ${found.length === 0 ? "nothing found" : `least sure span ${answer.confidence.toFixed(3)}`}</p></li>`;
}

/** The whole text, or what stands around its first mistake. */
function windowOf(row: SpanRow): [number, number] {
  const { text } = row.example;
  if (text.length <= LONGEST) return [0, text.length];
  const wrong = meetings(row).find((meeting) => !isExact(meeting));
  const at = (wrong?.wanted ?? wrong?.found)?.start ?? 0;
  const from = Math.max(0, Math.min(at - BEFORE, text.length - LONGEST));
  return [wholeFrom(text, from), wholeFrom(text, from + LONGEST)];
}

/** A place that parts no pair of surrogates. */
function wholeFrom(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

function told(row: SpanRow): Markup {
  const { example, score } = row;
  const { leaked, over } = score.characters;
  return markup`<li class="card"><p><b class="nowrap">${theirs(placeOf(example.source))}</b> <span class="soft">${counted(example.text.length, "character")}</span></p>
<ul>${meetings(row)
    .filter((meeting) => !isExact(meeting))
    .map((meeting) => markup`<li>${words(meeting)}</li>`)}</ul>
<p>${leaked > 0 ? markup`<span class="missed">✗ leaves ${counted(leaked, "character")} to read</span>` : markup`<span class="held">✓ leaves nothing to read</span>`}${over > 0 ? `, takes ${count(over)} without need` : null}</p></li>`;
}

function words({ wanted, found }: Meeting): Markup {
  if (wanted === null) return markup`stray ${theirs(found?.label ?? "")} ${place(found)}`;
  if (found === null) return markup`<b>missed ${theirs(wanted.label)}</b> ${place(wanted)}`;
  const isSamePlace = found.start === wanted.start && found.end === wanted.end;
  const verb = found.label === wanted.label ? "found as" : markup`taken for ${theirs(found.label)}`;
  return markup`${theirs(wanted.label)} ${place(wanted)} ${verb}${isSamePlace ? null : markup` ${place(found)}`}`;
}

function place(span: Meeting["found"]): Markup | null {
  if (span === null) return null;
  return markup`<span class="soft nowrap">${count(span.start)}–${count(span.end)}</span>`;
}
