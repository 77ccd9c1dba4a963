import { expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { augmented } from "./augment.ts";

const rows = [
  {
    text: "Call Anna now: 123",
    spans: [
      { start: 5, end: 9, label: "PERSON" },
      { start: 15, end: 18, label: "code" },
    ],
  },
  { text: "Nothing here", spans: [] },
  {
    text: "Code 9876 of Bo",
    spans: [
      { start: 5, end: 9, label: "code" },
      { start: 13, end: 15, label: "PERSON" },
    ],
  },
];

it("puts other values at the spans and leaves the rest as it stands", () => {
  const names = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const [first, second, ...more] = augmented(rows, random(seed, "test"));
    expect(more).toEqual([]);
    const [person, code] = first.spans;
    expect(first.text.slice(0, person.start)).toBe("Call ");
    expect(first.text.slice(person.end, code.start)).toBe(" now: ");
    expect(["123", "9876"]).toContain(first.text.slice(code.start, code.end));
    expect(code.end).toBe(first.text.length);
    names.add(first.text.slice(person.start, person.end));
    expect(second.text.slice(second.spans[0].end, second.spans[1].start)).toBe(" of ");
  }
  expect(names.size).toBeGreaterThan(10);
});

it("says the same for the same stream", () => {
  expect(augmented(rows, random(7, "test"))).toEqual(augmented(rows, random(7, "test")));
});
