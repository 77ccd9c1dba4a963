import type { OpName } from "../op/table.ts";
import type { Meaning } from "./call.ts";
import { activationMeanings } from "./activation.ts";
import { elementwiseMeanings } from "./elementwise.ts";
import { layoutMeanings } from "./layout.ts";
import { linearMeanings } from "./linear.ts";
import { normaliseMeanings } from "./normalise.ts";
import { poolMeanings } from "./pool.ts";
import { quantisedMeanings } from "./quantised.ts";
import { recurrentMeanings } from "./recurrent.ts";
import { reduceMeanings } from "./reduce.ts";
import { trigonometryMeanings } from "./trigonometry.ts";

/** What every operator means. */
export const meanings = {
  ...elementwiseMeanings,
  ...trigonometryMeanings,
  ...activationMeanings,
  ...reduceMeanings,
  ...normaliseMeanings,
  ...linearMeanings,
  ...poolMeanings,
  ...quantisedMeanings,
  ...recurrentMeanings,
  ...layoutMeanings,
} as const satisfies Record<OpName, Meaning>;
