import { expect, it } from "vitest";
import { isKnown, printEstimate, undetermined } from "./estimate.ts";
import { wilson } from "./interval/wilson.ts";

it("prints a figure with its interval and n, or the reason why there is none", () => {
  expect(printEstimate(wilson(90, 100))).toBe("0.900 [0.826, 0.945] n=100");
  expect(printEstimate(undetermined("nothing to count", 0))).toBe("undetermined (nothing to count), n=0");
  expect(isKnown(undetermined("nothing to count", 0))).toBe(false);
});
