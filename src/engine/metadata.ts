import { Fault } from "../base/fault.ts";
import type { ElementType } from "../base/tensor.ts";
import { edgeTypes } from "./edges.ts";
import type { ProgramPort } from "./port.ts";

/** What every build of ONNX Runtime says of an input or output. */
export type Metadata =
  | { readonly name: string; readonly isTensor: false }
  | {
      readonly name: string;
      readonly isTensor: true;
      readonly type: string;
      /** A size without a name is an empty text. */
      readonly shape: readonly (number | string)[];
    };

export function portOf(metadata: Metadata): ProgramPort {
  const { name } = metadata;
  if (!metadata.isTensor) {
    throw new Fault("engine/port", {
      what: `"${name}" is not a tensor`,
      why: "only tensors cross the edge of a program",
    });
  }
  const type = metadata.type as ElementType;
  if (!edgeTypes.has(type)) {
    throw new Fault("engine/port", {
      what: `"${name}" has the element type ${metadata.type}, which does not cross the edge of a program`,
      remedy: `cast inside the graph; edges take ${[...edgeTypes].join(", ")}`,
    });
  }
  return { name, type, dims: metadata.shape.map((dim, i) => (dim === "" ? `${name}.${i}` : dim)) };
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
