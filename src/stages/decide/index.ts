export { byPreference } from "./choose.ts";
export { type LearningCurve } from "./outlook.ts";
export { type Ladder, MANY_OPENINGS, nameOf, reasons, testReasons } from "./reasons.ts";
export { figureOf, verdicts } from "./verdicts.ts";
