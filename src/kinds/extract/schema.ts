import type { FieldSpec } from "../../record/spans.ts";

/** JSON Schema (2020-12) of the records that a task of kind extract answers with, the `fields` of its predictions. */
export function recordSchema(
  name: string,
  labels: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, FieldSpec>>,
): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: name,
    type: "object",
    additionalProperties: false,
    required: Object.keys(labels),
    properties: Object.fromEntries(
      Object.entries(labels).map(([label, about]) => {
        const { type, many } = fields[label] ?? { type: "text", many: true };
        const value = { ...forms[type], ...(about === "" ? {} : { description: about }) };
        return [label, many ? { type: "array", items: value } : { anyOf: [value, { type: "null" }] }];
      }),
    ),
  };
}

const text = { type: "string", minLength: 1 };
const forms: Readonly<Record<FieldSpec["type"], object>> = {
  text,
  identifier: text,
  email: { type: "string", format: "email" },
  phone: { type: "string", pattern: "^\\+?[0-9]{5,15}$" },
  iban: { type: "string", pattern: "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$" },
  date: { type: "string", format: "date" },
  number: { type: "number" },
  amount: {
    type: "object",
    additionalProperties: false,
    required: ["amount", "currency"],
    properties: {
      amount: { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?$" },
      currency: { anyOf: [{ type: "string", pattern: "^[A-Z]{3}$" }, { type: "null" }] },
    },
  },
};
