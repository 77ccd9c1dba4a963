export { findPatterns, PatternSearch } from "./find.ts";
export { patternFor, toldByForm } from "./names.ts";
export type { PatternMatch } from "./pattern.ts";
export { patternNames, type PatternName } from "./table.ts";
