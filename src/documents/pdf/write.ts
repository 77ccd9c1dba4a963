import { type Dict, isArray, Name, PdfString, Ref, Stream, type Value } from "./value.ts";

/** Objects of a document that is being made. Only what the root reaches is written; nothing is ever appended to old bytes. */
export class Draft {
  readonly #values: Value[] = [null];

  add(value: Value): Ref {
    this.#values.push(value);
    return new Ref(this.#values.length - 1);
  }

  /** For an object that refers to itself through others: take the reference first, fill it later. */
  fill(ref: Ref, value: Value): void {
    this.#values[ref.number] = value;
  }

  readonly resolve = (value: Value | undefined): Value => {
    let at = value ?? null;
    while (at instanceof Ref) at = this.#values[at.number] ?? null;
    return at;
  };

  /** Every object that a value reaches, itself included. */
  reached(from: Value): Set<Value> {
    const seen = new Set<Value>();
    const waiting: Value[] = [from];
    while (waiting.length > 0) {
      const value = this.resolve(waiting.pop());
      if (typeof value !== "object" || value === null || seen.has(value)) continue;
      seen.add(value);
      if (isArray(value)) waiting.push(...value);
      else if (value instanceof Map) waiting.push(...value.values());
      else if (value instanceof Stream) waiting.push(value.dict);
    }
    return seen;
  }

  /** The whole file, objects numbered in the order in which the root reaches them: the same draft gives the same bytes. */
  write(root: Ref): Uint8Array {
    const numbers = new Map<number, number>();
    const order: number[] = [];
    const number = (ref: Ref): number => {
      const known = numbers.get(ref.number);
      if (known !== undefined) return known;
      order.push(ref.number);
      numbers.set(ref.number, order.length);
      return order.length;
    };
    number(root);
    const parts: Uint8Array[] = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
    let size = parts[0].length;
    const put = (part: Uint8Array): void => {
      parts.push(part);
      size += part.length;
    };
    const offsets: number[] = [];
    for (let i = 0; i < order.length; i++) {
      offsets.push(size);
      const value = this.#values[order[i]] ?? null;
      put(latin1(`${i + 1} 0 obj\n`));
      if (value instanceof Stream) {
        put(
          latin1(`${print(new Map<string, Value>([...value.dict, ["Length", value.raw.length]]), number)}\nstream\n`),
        );
        put(value.raw);
        put(latin1("\nendstream\nendobj\n"));
      } else put(latin1(`${print(value, number)}\nendobj\n`));
    }
    const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
    put(
      latin1(
        `xref\n0 ${order.length + 1}\n0000000000 65535 f \n${table}trailer\n<</Size ${order.length + 1}/Root 1 0 R>>\nstartxref\n${size}\n%%EOF\n`,
      ),
    );
    return Buffer.concat(parts, size);
  }
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** A value as PDF writes it. A stream or a reference needs `number`, which content streams have no use for. */
export function print(value: Value, number?: (ref: Ref) => number): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return printNumber(value);
  if (value instanceof Name) return printName(value.value);
  if (value instanceof PdfString) return `<${Buffer.from(value.bytes).toString("hex")}>`;
  if (value instanceof Ref) return `${number!(value)} 0 R`;
  if (isArray(value)) return `[${value.map((each) => print(each, number)).join(" ")}]`;
  if (value instanceof Map) return printDict(value, number);
  throw new TypeError("a stream is always an object of its own");
}

const printDict = (dict: Dict, number?: (ref: Ref) => number): string =>
  `<<${[...dict].map(([key, value]) => `${printName(key)} ${print(value, number)}`).join("")}>>`;

const printName = (name: string): string =>
  `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (each) => `#${each.charCodeAt(0).toString(16).padStart(2, "0")}`)}`;

function printNumber(value: number): string {
  const plain = String(value);
  if (!plain.includes("e")) return plain;
  return Math.abs(value) < 1 ? value.toFixed(10).replace(/\.?0+$/, "") || "0" : BigInt(Math.round(value)).toString();
}
