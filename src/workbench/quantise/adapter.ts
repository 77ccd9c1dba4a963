import { dirname, join } from "node:path";
import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import { readText } from "../../base/files.ts";
import { notJson } from "../../base/not-json.ts";

/** What a model's input reads of a row. */
const numbersSchema = z.strictObject({
  take: z.literal("numbers"),
  /** The column; the input's own name when not told. */
  column: z.string().min(1).optional(),
  /** How a flat list is laid; from the model when not told. */
  dims: z.array(z.number().int().min(1).max(1e9)).max(8).optional(),
});
const count = z.number().int().min(0).max(1e6);
const bytesSchema = z.strictObject({
  take: z.literal("bytes"),
  column: z.string().min(1).optional(),
  /** "file": the column holds a path, from the folder of the rows. "text": its UTF-8 bytes are taken. */
  of: z.enum(["file", "text"]).optional(),
  /** So many from the beginning, from the middle and from the end, one after another. */
  begin: count.optional(),
  middle: count.optional(),
  end: count.optional(),
  /** Stands where a file has no byte. */
  pad: z.number().int().min(-1).max(65_535).optional(),
  /** White space is taken off the beginning before it is cut, and off the end. */
  strip: z.boolean().optional(),
  /** Stripping looks at so many bytes of either end and no further. */
  block: z
    .number()
    .int()
    .min(1)
    .max(2 ** 24)
    .optional(),
});
export type NumbersInput = z.infer<typeof numbersSchema>;
export type BytesInput = z.infer<typeof bytesSchema>;
export type AdapterInput = NumbersInput | BytesInput;

const adapterSchema = z.strictObject({
  inputs: z.record(z.string(), z.discriminatedUnion("take", [numbersSchema, bytesSchema])),
  output: z.strictObject({ name: z.string().min(1), holds: z.enum(["logits", "probabilities"]) }),
  /** In the order of the output, or a file with one a line. */
  labels: z.union([z.array(z.string()).min(2).max(1e6), z.string().min(1)], {
    error: "a list of two texts or more is wanted, or the name of a file with one a line",
  }),
  /** The column of the right answer; rows without it are compared by agreement alone. */
  label: z.string().min(1).optional(),
  /** Columns of which slices are made. */
  slices: z.array(z.string().min(1)).max(100).optional(),
  /** Column of what makes rows belong together: a customer, a document. */
  group: z.string().min(1).optional(),
});

/** How rows become the inputs of a model that was not made here, and what its output says. */
export interface Adapter {
  readonly inputs: Readonly<Record<string, AdapterInput>>;
  readonly output: { readonly name: string; readonly holds: "logits" | "probabilities" };
  readonly labels: readonly string[];
  readonly label: string | undefined;
  readonly slices: readonly string[];
  readonly group: string | undefined;
}

const MOST_BYTES = 64 * 2 ** 20;

export function readAdapter(path: string): Adapter {
  let json: unknown;
  try {
    json = JSON.parse(readText(path, MOST_BYTES));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("adapter/form", { what: "the adapter is not JSON", where: path, why: notJson(error) });
  }
  const { data, error } = adapterSchema.safeParse(json);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new Fault("adapter/form", {
      what: `the adapter is not one: ${issue.message}`,
      where: [path, ...issue.path.map(String)].join(" › "),
      remedy: "docs/quantise.md shows one with every key",
    });
  }
  const labels = typeof data.labels === "string" ? labelsIn(join(dirname(path), data.labels)) : data.labels;
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) {
    throw new Fault("adapter/labels", {
      what: `the label ${JSON.stringify(twice)} is listed twice`,
      where: path,
      remedy: "list each label once, in the order of the model's output",
    });
  }
  return { ...data, labels, label: data.label, slices: data.slices ?? [], group: data.group };
}

function labelsIn(path: string): string[] {
  const lines = readText(path, MOST_BYTES).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length >= 2) return lines;
  throw new Fault("adapter/labels", {
    what: `${path} lists ${lines.length} labels`,
    where: path,
    why: "a model that tells labels apart has two at least",
    remedy: "write one label a line, in the order of the model's output",
  });
}
