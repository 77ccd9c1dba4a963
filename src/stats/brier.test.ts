import { expect, it } from "vitest";
import { brier, brierLoss } from "./brier.ts";

it("the Brier loss runs from 0 for certainty in the truth to 2 for certainty in another class", () => {
  expect(brierLoss([0, 1, 0], 1)).toBe(0);
  expect(brierLoss([1, 0, 0], 1)).toBe(2);
  expect(brierLoss([0.5, 0.5], 0)).toBe(0.5);
  const rows = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? [0.5, 0.5] : [1, 0]));
  expect(brier(rows, new Uint8Array(30))).toMatchObject({ n: 30, value: 10 / 60 });
  expect(brier([], [])).toEqual({ undetermined: "nothing to count", n: 0 });
});
