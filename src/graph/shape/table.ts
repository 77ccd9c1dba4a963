import type { OpName } from "../op/table.ts";
import type { ShapeRule } from "./call.ts";
import { activationShapes } from "./activation.ts";
import { elementwiseShapes } from "./elementwise.ts";
import { layoutShapes } from "./layout.ts";
import { linearShapes } from "./linear.ts";
import { normaliseShapes } from "./normalise.ts";
import { poolShapes } from "./pool.ts";
import { quantisedShapes } from "./quantised.ts";
import { recurrentShapes } from "./recurrent.ts";
import { reduceShapes } from "./reduce.ts";
import { trigonometryShapes } from "./trigonometry.ts";

/** The shape rule of every operator. */
export const shapes = {
  ...elementwiseShapes,
  ...trigonometryShapes,
  ...activationShapes,
  ...reduceShapes,
  ...normaliseShapes,
  ...linearShapes,
  ...poolShapes,
  ...quantisedShapes,
  ...recurrentShapes,
  ...layoutShapes,
} as const satisfies Record<OpName, ShapeRule>;
