import type { Form } from "../spec.ts";
import { blockForm } from "./block.ts";
import type { FormRow } from "./form.ts";
import { dynamicForm } from "./integer.ts";
import { staticForm } from "./static.ts";

/** How each form writes a node: itself, or only by keeping the weight small ("stored"), or not at all ("none"). */
export const formRows = {
  fp32: "none",
  fp16: "stored",
  int8: "stored",
  "int8-dynamic": dynamicForm,
  "int8-static": staticForm,
  "int8-block": blockForm(8),
  "int4-block": blockForm(4),
} as const satisfies Record<Form, FormRow | "stored" | "none">;
