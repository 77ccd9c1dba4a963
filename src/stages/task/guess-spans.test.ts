import { expect, it } from "vitest";
import type { Example } from "../../record/dataset.ts";
import { guessSpans } from "./guess-spans.ts";

function guessed(values: readonly string[]): string {
  const examples = values.map((value, i): Example => {
    const target = JSON.stringify([[0, value.length, "field"]]);
    const source = { file: "a.jsonl", line: i + 1 };
    return { id: String(i), text: value, target, alternatives: [], source, given: "train", group: null, columns: {} };
  });
  return guessSpans("extract", examples, ["field"]).fields["field"].type;
}

it("takes a field for amounts where a currency or hundredths are written, and not for bare numbers", () => {
  expect(guessed(["EUR 300", "12 €", "USD 7.50"])).toBe("amount");
  expect(guessed(["300.00", "1.234,50", "7.25"])).toBe("amount");
  expect(guessed(["4", "17", "250"])).toBe("text");
});

it("takes a field for what four fifths of its values are", () => {
  const dates = ["3 May 2024", "2024-05-04", "5 May 2024", "6 May 2024"];
  expect(guessed([...dates, "at once"])).toBe("date");
  expect(guessed([...dates.slice(1), "at once"])).toBe("text");
});
