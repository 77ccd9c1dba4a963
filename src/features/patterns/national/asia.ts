import type { Identifier } from "./identifier.ts";

export const asia: readonly Identifier[] = [];
