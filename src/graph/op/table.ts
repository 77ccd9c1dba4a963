import { activation } from "./activation.ts";
import { elementwise } from "./elementwise.ts";
import { layout } from "./layout.ts";
import { linear } from "./linear.ts";
import { normalise } from "./normalise.ts";
import { pool } from "./pool.ts";
import { quantised } from "./quantised.ts";
import { recurrent } from "./recurrent.ts";
import { reduce } from "./reduce.ts";
import { trigonometry } from "./trigonometry.ts";
import type { AttributeKinds, AttributeSpec, OpRow } from "./row.ts";

/**
 * The operators we speak, as ONNX operator set 21 defines them. To add one: a row here in its family, and the compiler
 * asks for its rows in `shape/table.ts`, `meaning/table.ts` and `gradient/table.ts`, which are total over these names.
 */
export const ops = {
  ...elementwise,
  ...trigonometry,
  ...activation,
  ...reduce,
  ...normalise,
  ...linear,
  ...pool,
  ...quantised,
  ...recurrent,
  ...layout,
} as const satisfies Record<string, OpRow>;

export type OpName = keyof typeof ops;
export const opNames = Object.keys(ops) as OpName[];

/** The attributes that whoever builds a node of this operator may give. */
export type AttributesOf<N extends OpName> = {
  readonly [K in keyof (typeof ops)[N]["attributes"]]?: (typeof ops)[N]["attributes"][K] extends AttributeSpec<
    infer Kind
  >
    ? AttributeKinds[Kind]
    : never;
};

export function rowOf(op: OpName): OpRow {
  return ops[op];
}

export function isOpName(text: string): text is OpName {
  return Object.hasOwn(ops, text);
}

/** The operator set that the rows are written against, and the file format version they travel in. */
export const OPSET = 21;
export const IR_VERSION = 10;
