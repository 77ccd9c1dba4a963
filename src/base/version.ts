import { createRequire } from "node:module";

/** whittle's own version: part of every stage's hash, and of every pack. */
export const version: string = (createRequire(import.meta.url)("../../package.json") as { version: string }).version;
