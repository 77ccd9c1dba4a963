import type { Identifier } from "./identifier.ts";

export const eastern: readonly Identifier[] = [];
