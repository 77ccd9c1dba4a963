import type { Identifier } from "./identifier.ts";

export const northern: readonly Identifier[] = [];
