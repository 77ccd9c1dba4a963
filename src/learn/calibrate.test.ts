import { expect, it } from "vitest";
import { random } from "../base/random.ts";
import { fitTemperature } from "./calibrate.ts";

it("finds the temperature that the answers were drawn with", () => {
  const r = random(1, "temperature");
  for (const temperature of [0.3, 1, 4]) {
    const logits = Array.from({ length: 4000 }, () =>
      Float32Array.from({ length: 5 }, () => 2 * temperature * r.normal()),
    );
    const targets = logits.map((row) => {
      const p = Array.from(row, (v) => Math.exp(v / temperature));
      let u = r.uniform() * p.reduce((a, b) => a + b);
      return p.findIndex((v) => (u -= v) <= 0);
    });
    expect(Math.abs(Math.log(fitTemperature(logits, targets) / temperature))).toBeLessThan(0.12);
  }
});

it("does not overflow on scores of thousands", () => {
  const t = fitTemperature(
    [Float32Array.of(5000, -5000), Float32Array.of(-3000, 4000), Float32Array.of(9, 10)],
    [0, 1, 0],
  );
  expect(t).toBeGreaterThan(0);
  expect(Number.isFinite(t)).toBe(true);
});
