import { expect, it } from "vitest";
import { groupsAt, groupsOf, sumsOf, unitsOf, weigh } from "./units.ts";

it("numbers groups as they are met and finds their items", () => {
  const units = unitsOf(5, [7, 3, 7, 9, 3]);
  expect(units.count).toBe(3);
  expect([...units.of]).toEqual([0, 1, 0, 2, 1]);
  const weights = new Int32Array(5);
  weigh(weights, units, 1, 2);
  expect([...weights]).toEqual([0, 2, 0, 0, 2]);
});

it("takes every item for itself where there are no groups", () => {
  const units = unitsOf(3);
  const weights = new Int32Array(3);
  weigh(weights, units, 2, 1);
  expect([...weights]).toEqual([0, 0, 1]);
  expect(() => unitsOf(3, [1])).toThrow(RangeError);
});

it("numbers names; items without one stand alone, and where no two share one nothing is grouped", () => {
  const groups = groupsOf(["a", null, "b", "a", null]);
  expect([...(groups ?? [])]).toEqual([0, 1, 2, 0, 3]);
  expect([...(groupsAt(groups, [3, 0, 2]) ?? [])]).toEqual([0, 0, 2]);
  expect([...Array.from(sumsOf([1, 2, 3, 4, 5], groups))]).toEqual([5, 2, 3, 5]);
  expect(groupsOf(["a", null, "b"])).toBeUndefined();
  expect(groupsAt(undefined, [1])).toBeUndefined();
  expect(sumsOf([1, 2], undefined)).toEqual([1, 2]);
});
