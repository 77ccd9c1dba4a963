import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { TrainedRows } from "./rows.ts";

const stream = random(1, "rows");
const normal = (n: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, () => stream.normal());

describe("TrainedRows", () => {
  it("is plain Adam where every row is touched in every step", () => {
    const start = normal(12);
    const rows = new TrainedRows(start.slice(), 3);
    const ids = Int32Array.of(2, 0, 3, 1);
    const [p, m, v] = [Float64Array.from(start), new Float64Array(12), new Float64Array(12)];
    for (let t = 1; t <= 20; t++) {
      const g = normal(12);
      rows.update(ids, g, 0.5, 0.01, t);
      ids.forEach((row, i) => {
        for (let j = 0; j < 3; j++) {
          const at = row * 3 + j;
          const gradient = 0.5 * g[i * 3 + j];
          m[at] = 0.9 * m[at] + 0.1 * gradient;
          v[at] = 0.999 * v[at] + 0.001 * gradient * gradient;
          p[at] -= (0.01 * (m[at] / (1 - 0.9 ** t))) / (Math.sqrt(v[at] / (1 - 0.999 ** t)) + 1e-8);
        }
      });
    }
    rows.values.forEach((value, i) => expect(value).toBeCloseTo(p[i], 5));
  });

  it("leaves the rows that a step does not touch as they are", () => {
    const start = normal(9);
    const rows = new TrainedRows(start.slice(), 3);
    rows.update(Int32Array.of(1), normal(3), 1, 0.1, 1);
    rows.update(Int32Array.of(1), normal(3), 1, 0.1, 2);
    expect(rows.gather(Int32Array.of(2, 0))).toEqual(Float32Array.of(...start.slice(6), ...start.slice(0, 3)));
    expect(rows.gather(Int32Array.of(1))).not.toEqual(start.slice(3, 6));
  });

  it("goes on from a saved state as if it had never stopped", () => {
    const [start, g1, g2] = [normal(6), normal(3), normal(3)];
    const whole = new TrainedRows(start.slice(), 3);
    whole.update(Int32Array.of(1), g1, 1, 0.1, 1);
    const saved = whole.state().map((array) => array.slice());
    whole.update(Int32Array.of(1), g2, 1, 0.1, 2);
    const resumed = new TrainedRows(new Float32Array(6), 3);
    resumed.restore(saved);
    resumed.update(Int32Array.of(1), g2, 1, 0.1, 2);
    expect(resumed.state()).toEqual(whole.state());
  });
});
