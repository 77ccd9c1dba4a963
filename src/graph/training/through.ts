import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";

/**
 * What a model reads in place of a value that training changes. Its gradient is taken to be that of the value itself, as
 * if what lies between were the identity: the straight-through estimator (Bengio, Léonard & Courville 2013). The true
 * gradient of a rounding is 0 wherever it exists, and nothing would be learned.
 */
export interface Read {
  /** Of the shape of what it stands for. */
  readonly value: Value;
  /** Where the gradient passes, true or false, of the same shape; everywhere when not told. */
  readonly within?: Value;
}

/** What is read in place of the parameter or input of a name; undefined for the value itself. */
export type Through = (b: Builder, name: string, value: Value) => Read | undefined;

/** The cotangent of what is read as that of the value it stands for. */
export function passed(b: Builder, { within }: Read, cotangent: Value): Value {
  return within === undefined ? cotangent : b.op("Where", [within, cotangent, b.scalar(0)]);
}
