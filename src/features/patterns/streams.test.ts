import { expect, it } from "vitest";
import { patternNames } from "./index.ts";
import { patternStreams } from "./streams.ts";

it("says which pattern covers each token, the longest where several do", () => {
  const text = "to a@b.com, 2020-01-02 10:30 or 7";
  const tokens = Int32Array.from(
    [...text.matchAll(/[a-z]+|[0-9]+|[^\sa-z0-9]/g)].flatMap((m) => [m.index, m.index + m[0].length]),
  );
  const [sure, wide] = patternStreams(text, tokens);
  const email = 2 * patternNames.indexOf("email") + 1;
  const moment = 2 * patternNames.indexOf("moment") + 1;
  const begun = (first: number, n: number): number[] => [first, ...new Array<number>(n - 1).fill(first + 1)];
  expect([...sure]).toEqual([0, ...begun(email, 5), 0, ...begun(moment, 8), 0, 0]);
  expect(wide[tokens.length / 2 - 1]).toBe(2 * patternNames.indexOf("number") + 1);
});
