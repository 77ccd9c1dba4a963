/**
 * Templates of a classical random field over the kinds of evidence that src/features/tokens reads too: words, shapes,
 * affixes, surroundings and lines. Neither patterns nor dictionaries: they are whittle's own.
 */
const AROUND = 3;
const LONGEST_AFFIX = 5;
const pairs = [
  [-2, -1],
  [-1, 0],
  [0, 1],
  [1, 2],
  [-1, 1],
];

/** Attributes of each token of a text, distinct within a token. */
export function attributesOf(text: string, tokens: Int32Array): string[][] {
  const n = tokens.length / 2;
  const words = Array.from({ length: n }, (_, i) => text.slice(tokens[2 * i], tokens[2 * i + 1]));
  const lower = words.map((word) => word.toLowerCase());
  const shapes = words.map(shapeOf);
  const short = shapes.map((shape) => shape.replaceAll(/(.)\1+/gu, "$1"));
  const spaced = words.map((_, i) => i === 0 || tokens[2 * i] > tokens[2 * i - 1]);
  const starts = words.flatMap((_, i) =>
    i === 0 || text.slice(tokens[2 * i - 1], tokens[2 * i]).includes("\n") ? [i] : [],
  );
  const at = (values: readonly string[], i: number): string => values[i] ?? "<edge>";
  let line = 0;
  return words.map((word, i) => {
    if (starts[line + 1] === i) line++;
    const from = starts[line];
    const to = starts[line + 1] ?? n;
    const out = ["bias", `W=${word}`, `spaced=${spaced[i]}`, `next-spaced=${spaced[i + 1]}`];
    if (/^\p{Nd}+$/u.test(word)) out.push("digits", `digits=${word.length}`);
    for (let o = -AROUND; o <= AROUND; o++) {
      out.push(`w${o}=${at(lower, i + o)}`, `s${o}=${at(shapes, i + o)}`, `h${o}=${at(short, i + o)}`);
    }
    for (let k = 1; k <= Math.min(LONGEST_AFFIX, word.length); k++) {
      out.push(`p${k}=${lower[i].slice(0, k)}`, `q${k}=${lower[i].slice(-k)}`);
    }
    for (const [a, b] of pairs) {
      out.push(
        `w${a}w${b}=${at(lower, i + a)}|${at(lower, i + b)}`,
        `h${a}h${b}=${at(short, i + a)}|${at(short, i + b)}`,
      );
    }
    for (let a = -2; a <= 0; a++) {
      const three = [a, a + 1, a + 2];
      out.push(`w${a}..=${three.map((o) => at(lower, i + o)).join("|")}`);
      out.push(`s${a}..=${three.map((o) => at(shapes, i + o)).join("|")}`);
    }
    out.push(`first=${lower[from]}`, `second=${from + 1 < to ? lower[from + 1] : "<edge>"}`);
    out.push(`place=${bucket(i - from)}`, `left=${bucket(to - 1 - i)}`, `length=${bucket(to - from)}`);
    out.push(`line=${bucket(line)}`, `lines-left=${bucket(starts.length - 1 - line)}`);
    out.push(`first-before=${line > 0 ? lower[starts[line - 1]] : "<edge>"}`);
    out.push(`last-before=${from > 0 ? lower[from - 1] : "<edge>"}`, `first-after=${at(lower, to)}`);
    return out;
  });
}

function shapeOf(word: string): string {
  return word
    .replaceAll(/\p{Lu}/gu, "X")
    .replaceAll(/(?!X)\p{L}/gu, "x")
    .replaceAll(/\p{Nd}/gu, "d");
}

function bucket(n: number): number {
  return n < 6 ? n : Math.floor(2 * Math.log2(n)) + 1;
}
