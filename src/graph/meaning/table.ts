import type { OpName } from "../op/table.ts";
import type { Meaning } from "./call.ts";
import { elementwiseMeanings } from "./elementwise.ts";
import { layoutMeanings } from "./layout.ts";
import { linearMeanings } from "./linear.ts";
import { quantisedMeanings } from "./quantised.ts";
import { recurrentMeanings } from "./recurrent.ts";
import { reduceMeanings } from "./reduce.ts";

/** What every operator means. */
export const meanings = {
  ...elementwiseMeanings,
  ...reduceMeanings,
  ...linearMeanings,
  ...quantisedMeanings,
  ...recurrentMeanings,
  ...layoutMeanings,
} as const satisfies Record<OpName, Meaning>;
