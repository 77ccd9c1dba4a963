import { expect, it } from "vitest";
import { lookAlikes } from "./look-alikes.ts";

function pairs(counts: Readonly<Record<string, number>>): string[] {
  const labels = Object.entries(counts).map(([label, n]) => ({ label, n }));
  return lookAlikes(labels.sort((a, b) => b.n - a.n)).map(([rare, common]) => `${rare.label} = ${common.label}`);
}

it("finds labels that differ in case, spacing and marks alone, however many rows they have", () => {
  expect(pairs({ "E-Mail": 40, "e mail": 39, e_mail: 3, chat: 9 })).toEqual(["e mail = E-Mail", "e_mail = E-Mail"]);
  expect(pairs({ "+": 9, "-": 9, "+1": 5, "-1": 5, C: 9, "C++": 9 })).toEqual([]);
});

it("finds a mistyped label beside the one that was meant, and leaves names that differ on purpose", () => {
  expect(pairs({ delivery: 70, delivry: 1, Deilvery: 2 })).toEqual(["Deilvery = delivery", "delivry = delivery"]);
  expect(pairs({ import: 60, export: 50, returns: 30, return: 20 })).toEqual([]);
  expect(pairs({ tier10: 90, tier11: 1, cat: 90, car: 1 })).toEqual([]);
});

it("compares letters of a bounded number of labels", () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i.toString(26)}|label`, 1]));
  expect(pairs({ ...many, delivery: 70, delivry: 1, Delivery: 1 })).toEqual(["Delivery = delivery"]);
});
