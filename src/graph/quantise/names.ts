import type { Form } from "./spec.ts";

/**
 * File names by the convention of the Hugging Face hub, which its browser library looks for: what is read as `fp16`,
 * `int8`, `q8` (model_quantized) and `q4` there. "mixed" is a model with several forms.
 */
const suffixes: Readonly<Record<Form | "mixed", string>> = {
  fp32: "",
  fp16: "_fp16",
  int8: "_int8",
  "int8-dynamic": "_quantized",
  "int8-static": "_quantized",
  "int8-block": "_q8",
  "int4-block": "_q4",
  mixed: "_mixed",
};

/** `model_q4.onnx` */
export function fileName(form: Form | "mixed", stem = "model"): string {
  return `${stem}${suffixes[form]}.onnx`;
}
