import { expect, it } from "vitest";
import { defaultNgrams } from "../features/ngram.ts";
import { greatest, scoreAll } from "./linear.ts";
import { trainText } from "./text.ts";

const texts = [
  "lost my card",
  "card was lost",
  "where is my refund",
  "refund please",
  "change the pin",
  "new pin code",
];
const labels = Int32Array.of(0, 0, 1, 1, 2, 2);

it("tells classes by the few features that tell most", async () => {
  const whole = await trainText({ texts, labels, classes: 3 }, defaultNgrams);
  const few = await trainText({ texts, labels, classes: 3 }, defaultNgrams, { keep: 20 });
  expect(whole.encoder.size).toBeGreaterThan(20);
  expect(few.encoder.size).toBe(20);
  const asked = ["i lost it", "a refund?", "pin"];
  for (const { encoder, model } of [whole, few]) {
    const scores = scoreAll(model, encoder.encodeAll(asked));
    expect([0, 1, 2].map((r) => greatest(scores, 3 * r, 3 * r + 3))).toEqual([0, 1, 2]);
  }
});
