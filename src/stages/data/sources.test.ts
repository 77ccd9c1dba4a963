import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { good, taskOf } from "../../../test/importing.ts";
import { scratch } from "../../../test/scratch.ts";
import { hashSources } from "./sources.ts";

const folder = scratch();

test("the hash of the sources follows their bytes and what is read of them, and nothing else", () => {
  writeFileSync(join(folder(), "a.csv"), good);
  const before = hashSources(taskOf({ train: ["a.csv"] }), folder());
  expect(hashSources(taskOf({ train: ["a.csv"] }, { seed: 9 }), folder())).toBe(before);
  expect(hashSources(taskOf({ train: ["a.csv"], label: "text" }), folder())).not.toBe(before);
  writeFileSync(join(folder(), "a.csv"), `${good}more,card\n`);
  expect(hashSources(taskOf({ train: ["a.csv"] }), folder())).not.toBe(before);
});
