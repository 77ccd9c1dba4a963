/** Small rows of the kinds with spans that are easily learnt, from fixed lists. */

const firms = ["Fenmarsh Cloud", "Baker & Ward", "Nordlicht GmbH", "Pavel Tools", "Casa Verde", "Ostrava Steel"];
const people = ["Ada Byron", "Linus Ek", "Mary Ward", "Otto Stein", "Inés Vidal", "Jo Marsh", "Émile Roux", "Uwe Hahn"];
const subjects = ["paper", "chairs", "repairs", "a pump", "two lamps", "paint", "cables", "a boiler", "tiles", "seeds"];
const closings = [
  "Please keep this for your files.",
  "Write to us if anything is unclear.",
  "We thank you for the quick delivery.",
  "Nothing else is open at the moment.",
  "The boxes stand in the yard.",
];

/** The i-th of a list, in steps that share no factor with its length. */
const pick = <T>(list: readonly T[], i: number, step = 1): T =>
  list[(i * step + Math.floor(i / list.length)) % list.length];

export interface InvoiceRow {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly channel: string;
}

/** Bills with a vendor, a total and a day on which it falls due, as bare values in forms of their own. */
export function invoiceRows(n: number, from = 0): InvoiceRow[] {
  return Array.from({ length: n }, (_, k) => {
    const i = k + from;
    const vendor = pick(firms, i);
    const total = (i * 37.5 + 12.25).toFixed(2);
    const [day, month] = [(i % 27) + 1, (i % 12) + 1];
    const due = `${day}.${month}.2025`;
    const subject = `${pick(subjects, i, 3)} and ${pick(subjects, i, 7)}`;
    const bodies = [
      `${vendor} sent ${subject}; pay ${total} EUR until ${due}.`,
      `For ${subject} you owe ${vendor} the sum of ${total} EUR, due on ${due}.`,
      `Bill ${i + 400} of ${vendor}: ${subject}, ${total} EUR, payable by ${due}.`,
    ];
    return {
      text: `${bodies[i % 3]} ${pick(closings, i)}`,
      fields: {
        vendor,
        total: `${total} EUR`,
        due: `2025-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
      },
      channel: i % 2 === 0 ? "mail" : "paper",
    };
  });
}

export interface LetterRow {
  readonly text: string;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly label: string }[];
  readonly channel: string;
}

/** Notes that name people and their accounts. Offsets count code points, and every fourth text holds an emoji before them. */
export function letterRows(n: number, from = 0): LetterRow[] {
  return Array.from({ length: n }, (_, k) => {
    const i = k + from;
    const [name, other] = [pick(people, i), pick(people, i + 3, 5)];
    const account = `K-${10_000 + i * 37}`;
    const lead = i % 4 === 0 ? "📎 " : "";
    const subject = `${pick(subjects, i, 3)} and ${pick(subjects, i, 7)}`;
    const bodies = [
      `Dear ${name}, the order of ${subject} stands under account ${account}.`,
      `Note for the file: ${name} rang about ${subject}, account ${account}.`,
      `${name} and ${other} came by for ${subject}; see account ${account}.`,
      `Nobody asked about ${subject} this week.`,
    ];
    const text = `${lead}${bodies[i % 4]} ${pick(closings, i)}`;
    const marks = [
      [name, "NAME"],
      [account, "ACCOUNT"],
      [other, "NAME"],
    ] as const;
    const spans = marks.flatMap(([value, label]) => {
      const at = text.indexOf(value);
      const start = [...text.slice(0, at)].length;
      return at < 0 ? [] : [{ start, end: start + [...value].length, label }];
    });
    return { text, spans: spans.sort((a, b) => a.start - b.start), channel: i % 2 === 0 ? "mail" : "desk" };
  });
}

export function jsonlOf(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
