import { z } from "zod";
import { rungNames } from "../../record/recipe.ts";
import { policies } from "../../record/spans.ts";
import { kindNames, offsetUnits } from "../../record/task.ts";
import { fieldTypes } from "../../text/values/value.ts";
import { costSchema, priceSchema, pricesSchema } from "./cost.ts";

/** The form of whittle.yaml. Every message says what is wanted there; keys that it does not name are refused. */

const text = (wanted: string): z.ZodString => z.string({ error: `${wanted} is wanted here` });
const whole = (wanted: string, low: number, high: number): z.ZodNumber => {
  const error = `${wanted} is wanted here, a whole number from ${low} to ${high}`;
  return z.number({ error }).int({ error }).min(low, { error }).max(high, { error });
};

const path = text("the path of a file").min(1, { error: "the path of a file is wanted here" });
const files = z
  .union([path, z.array(path)], { error: "the path of a file, or a list of paths, is wanted here" })
  .transform((given) => (typeof given === "string" ? [given] : given));

const column = text("the name of a column").min(1, { error: "the name of a column is wanted here" });
const limit = z.union([z.number(), z.string()], { error: "a limit such as 0.85 or 20MB is wanted here" });
const meaning = text("what the label means, in words").nullable();
const labels = z
  .union([z.record(z.string(), meaning), z.array(text("a label"))], {
    error: "a map from each label to its meaning, or a list of labels, is wanted here",
  })
  .transform((given): [string, string][] =>
    Array.isArray(given)
      ? given.map((label) => [label, ""])
      : Object.entries(given).map(([label, m]) => [label, m ?? ""]),
  );

export const dataSchema = z.strictObject(
  {
    train: files,
    dev: files.optional(),
    test: files.optional(),
    outside: files.optional(),
    text: column.optional(),
    label: column.optional(),
    group: column.nullable().optional(),
    offsets: z.enum(offsetUnits, { error: `what offsets count is wanted here: ${offsetUnits.join(", ")}` }).optional(),
  },
  { error: asked("train, text and label", "what the data are") },
);

const about = text("what it means, in words").nullable().optional();
const isTrue = z.boolean({ error: "true or false is wanted here" }).optional();

export const fieldSchema = z.strictObject(
  {
    type: z.enum(fieldTypes, { error: `a type of field is wanted here: ${fieldTypes.join(", ")}` }).optional(),
    about,
    many: isTrue,
    required: isTrue,
    format: z.enum(["day-first", "month-first"], { error: "day-first or month-first is wanted here" }).optional(),
  },
  { error: asked("type and about", "a field") },
);

const patternName = text("the name of a pattern");

export const categorySchema = z.strictObject(
  {
    about,
    policy: z.enum(policies, { error: `a policy is wanted here: ${policies.join(", ")}` }).optional(),
    scope: z.enum(["document", "corpus"], { error: "document or corpus is wanted here" }).optional(),
    keep: whole("a number of letters", 1, 8).optional(),
    pattern: z
      .union([patternName, z.array(patternName)], {
        error: "the name of a pattern, or a list of names, is wanted here",
      })
      .nullable()
      .optional(),
  },
  { error: asked("about and policy", "a category") },
);

export const barLineSchema = z.strictObject(
  {
    metric: text("the name of a figure, such as accuracy"),
    slice: text("the name of a slice, such as channel=email").optional(),
    at_least: limit.optional(),
    at_most: limit.optional(),
    by: z.enum(["interval", "estimate"], { error: "interval or estimate is wanted here" }).optional(),
  },
  { error: asked("metric and at_least or at_most", "a line of the bar") },
);

export const marginsSchema = z.record(z.string(), limit, {
  error: "margins are wanted here, as a map such as accuracy: 0.01",
});

export const deviceSchema = z.strictObject(
  { threads: whole("a number of threads", 1, 256).optional() },
  { error: asked("threads", "a device") },
);

export const policySchema = z.strictObject(
  { endpoints: z.array(z.url({ error: "an address such as https://models.example/v1 is wanted here" })).optional() },
  { error: asked("endpoints", "a policy") },
);

export const taskSchema = z.strictObject(
  {
    name: text("a name")
      .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, {
        error: "a name of 1 to 64 letters, digits, dots, dashes and underscores is wanted here",
      })
      .optional(),
    kind: z.enum(kindNames, { error: `a kind of task is wanted here: ${kindNames.join(", ")}` }),
    about: text("a sentence").nullable().optional(),
    labels: labels.nullable().optional(),
    fields: z.record(z.string(), fieldSchema.nullable()).nullable().optional(),
    categories: z.record(z.string(), categorySchema.nullable()).nullable().optional(),
    leak_rate: z.number({ error: "a share such as 0.05 is wanted here" }).min(0).max(1).optional(),
    data: dataSchema,
    bar: z.array(barLineSchema, { error: "a list of bar lines is wanted here" }).nullable().optional(),
    margins: marginsSchema.nullable().optional(),
    device: deviceSchema.nullable().optional(),
    cost: costSchema.nullable().optional(),
    prices: pricesSchema.nullable().optional(),
    policy: policySchema.nullable().optional(),
    seed: whole("a seed", 0, Number.MAX_SAFE_INTEGER).optional(),
    max_text_length: whole("a number of characters", 1, 1_000_000).optional(),
    rungs: z
      .array(z.enum(rungNames, { error: `a rung is wanted here: ${rungNames.join(", ")}` }))
      .nullable()
      .optional(),
  },
  { error: asked("kind and data", "a task") },
);

export type WrittenTask = z.infer<typeof taskSchema>;

/** The keys allowed where a path of keys leads. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path[0] === "fields" && path.length === 2) return Object.keys(fieldSchema.shape);
  if (path[0] === "categories" && path.length === 2) return Object.keys(categorySchema.shape);
  const schema = {
    data: dataSchema,
    bar: barLineSchema,
    device: deviceSchema,
    cost: costSchema,
    prices: priceSchema,
    policy: policySchema,
  }[String(path[0])];
  return Object.keys((path.length === 0 ? taskSchema : (schema ?? taskSchema)).shape);
}

/** Unknown keys are told by whoever knows the place; anything else than a map is told here. */
function asked(keys: string, what: string): (issue: { readonly code?: string }) => string | undefined {
  return (issue) => (issue.code === "invalid_type" ? `${what} is wanted here, as a map with ${keys}` : undefined);
}
