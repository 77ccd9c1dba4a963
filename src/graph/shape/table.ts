import type { OpName } from "../op/table.ts";
import type { ShapeRule } from "./call.ts";
import { elementwiseShapes } from "./elementwise.ts";
import { layoutShapes } from "./layout.ts";
import { linearShapes } from "./linear.ts";
import { quantisedShapes } from "./quantised.ts";
import { recurrentShapes } from "./recurrent.ts";
import { reduceShapes } from "./reduce.ts";

/** The shape rule of every operator. */
export const shapes = {
  ...elementwiseShapes,
  ...reduceShapes,
  ...linearShapes,
  ...quantisedShapes,
  ...recurrentShapes,
  ...layoutShapes,
} as const satisfies Record<OpName, ShapeRule>;
