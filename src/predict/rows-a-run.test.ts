import { expect, it } from "vitest";
import { rowsARun } from "./rows-a-run.ts";

it("lets as many rows share a run as it may read numbers, and one at least", () => {
  expect(rowsARun({})).toBe(2048);
  expect(rowsARun({ ids: 300 })).toBe(54);
  expect(rowsARun({ ids: 300, tokens: 64 })).toBe(32);
  expect(rowsARun({ ids: 100_000, tokens: 64 })).toBe(1);
});
