import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { builder, check, gradient, print } from "../../src/graph/index.ts";

it("the example of docs/gradients.md runs, and prints the derivative of tanh", () => {
  const page = readFileSync(new URL("../../docs/gradients.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(page)![1].replace(/^import .*$/m, "");
  const lines: string[] = [];
  // The example is plain JavaScript; what it imports is handed in.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function("builder", "check", "gradient", "print", "console", example) as (
    ...given: unknown[]
  ) => void;
  run(builder, check, gradient, print, { log: (line: string) => lines.push(line) });
  expect(lines.join("\n")).toContain("Sub(constant_");
  expect(lines.join("\n")).toMatch(/dx float32\[rows, 3\] = Mul\(/);
});
