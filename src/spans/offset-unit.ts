/** What offsets may count: UTF-16 units (JavaScript, Java), code points (Python), or bytes of UTF-8 (Rust, Go). */
export const offsetUnits = ["utf16", "codepoint", "byte"] as const;
export type OffsetUnit = (typeof offsetUnits)[number];
