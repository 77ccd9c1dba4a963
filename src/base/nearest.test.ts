import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

it("finds the name that was meant", () => {
  const known = ["label", "text", "seed", "bar", "policy"];
  expect(nearest("lable", known)).toBe("label");
  expect(nearest("sede", known)).toBe("seed");
  expect(nearest("Polcy", known)).toBe("policy");
  expect(nearest("bars", known)).toBe("bar");
});

it("guesses nothing that is far away", () => {
  expect(nearest("quantisation", ["label", "text", "seed"])).toBeUndefined();
  expect(nearest("x", ["y"])).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});
