import { dirname, resolve } from "node:path";
import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { ProgramPort } from "../../engine/port.ts";
import { fileSource } from "../../model/readers/source.ts";
import type { Adapter, AdapterInput, BytesInput } from "./adapter.ts";
import { numbersOf, tensorFrom } from "./numbers.ts";

export type Cells = Readonly<Record<string, unknown>>;

/** The inputs of one row, or in words why it does not fit. */
export type FeedsOf = (cells: Cells) => Record<string, Tensor> | string;

/**
 * How a row becomes a model's inputs. Without an adapter every input takes the numbers in the column of its name. An input that
 * the model does not have, or that nothing is said of, is a fault.
 */
export function feedsWith(ports: readonly ProgramPort[], rows: string, adapter?: Pick<Adapter, "inputs">): FeedsOf {
  const said: Readonly<Record<string, AdapterInput>> =
    adapter?.inputs ?? Object.fromEntries(ports.map((p) => [p.name, { take: "numbers" as const }]));
  const names = ports.map((p) => p.name);
  const odd =
    Object.keys(said).find((name) => !names.includes(name)) ?? names.find((name) => !Object.hasOwn(said, name));
  if (odd !== undefined) {
    throw new Fault("adapter/input", {
      what: names.includes(odd)
        ? `the adapter says nothing of the model's input ${JSON.stringify(odd)}`
        : `the model has no input ${JSON.stringify(odd)}`,
      why: `its inputs are ${names.join(", ")}`,
      remedy: "name each input of the model once under inputs",
    });
  }
  return (cells) => {
    const feeds: Record<string, Tensor> = {};
    for (const port of ports) {
      const input = said[port.name];
      const column = input.column ?? port.name;
      if (!Object.hasOwn(cells, column)) return `there is no ${JSON.stringify(column)}`;
      const made =
        input.take === "numbers"
          ? numbersOf(cells[column], port, input.dims)
          : bytesFor(cells[column], port, input, rows);
      if (typeof made === "string") return `${JSON.stringify(column)}: ${made}`;
      feeds[port.name] = made;
    }
    return feeds;
  };
}

const BLOCK = 4096;

function bytesFor(value: unknown, port: ProgramPort, input: BytesInput, rows: string): Tensor | string {
  if (typeof value !== "string") return input.of === "text" ? "it is no text" : "it is no path";
  const ends = input.of === "text" ? textEnds(value, input) : fileEnds(resolve(dirname(rows), value), input);
  return typeof ends === "string" ? ends : tensorFrom(cut(ends, input), port);
}

/** The beginning, middle and end of something long. */
interface Ends {
  readonly begin: Uint8Array;
  readonly middle: Uint8Array;
  readonly end: Uint8Array;
}

function endsOf(size: number, read: (from: number, length: number) => Uint8Array, input: BytesInput): Ends {
  const { begin = 0, middle = 0, end = 0, strip = false } = input;
  const looked = (wanted: number): number => Math.min(size, strip ? Math.max(wanted, input.block ?? BLOCK) : wanted);
  const [first, last, centre] = [looked(begin), looked(end), Math.min(size, middle)];
  return {
    begin: begin === 0 ? new Uint8Array() : read(0, first),
    middle: read((size - centre) >> 1, centre),
    end: end === 0 ? new Uint8Array() : read(size - last, last),
  };
}

function textEnds(text: string, input: BytesInput): Ends {
  const bytes = new TextEncoder().encode(text);
  return endsOf(bytes.length, (from, length) => bytes.subarray(from, from + length), input);
}

/** Only what is looked at is read, however long the file is. */
function fileEnds(path: string, input: BytesInput): Ends | string {
  try {
    const source = fileSource(path);
    try {
      return endsOf(source.size, (from, length) => source.read(from, length), input);
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof Fault) return error.why ?? error.message;
    throw error;
  }
}

/** The beginning is padded behind, the end before, the middle on both sides. */
function cut(ends: Ends, { begin = 0, middle = 0, end = 0, pad = 0, strip = false }: BytesInput): number[] {
  const numbers = new Array<number>(begin + middle + end).fill(pad);
  const head = strip ? ends.begin.subarray(leading(ends.begin)) : ends.begin;
  const tail = strip ? ends.end.subarray(0, ends.end.length - trailing(ends.end)) : ends.end;
  head.subarray(0, begin).forEach((byte, i) => (numbers[i] = byte));
  const from = begin + ((middle - ends.middle.length) >> 1);
  ends.middle.forEach((byte, i) => (numbers[from + i] = byte));
  const last = tail.subarray(Math.max(0, tail.length - end));
  last.forEach((byte, i) => (numbers[numbers.length - last.length + i] = byte));
  return numbers;
}

/** ASCII white space: tab, line feed, vertical tab, form feed, carriage return, space. */
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function leading(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => !isSpace(byte));
  return at < 0 ? bytes.length : at;
}

function trailing(bytes: Uint8Array): number {
  const at = bytes.findLastIndex((byte) => !isSpace(byte));
  return bytes.length - 1 - at;
}
