export { findPatterns } from "./find.ts";
export { patternFor } from "./names.ts";
export type { PatternMatch } from "./pattern.ts";
export { patternNames, type PatternName } from "./table.ts";
