import type { Random } from "../../src/base/random.ts";
import { float32, type Tensor } from "../../src/base/tensor.ts";

const SIDE = 224;
/** Means of blue, green and red over ImageNet, which SqueezeNet was trained without. */
const MEANS = [104, 117, 123] as const;

/** A drawn picture as SqueezeNet reads it: smooth shades, stripes, discs of one colour, and a little noise. */
export function madePicture(draw: Random): Tensor<"float32"> {
  const data = new Float32Array(3 * SIDE * SIDE);
  const wave = () => ({
    x: (0.5 + 8 * draw.uniform() ** 3) / SIDE,
    y: (0.5 + 8 * draw.uniform() ** 3) / SIDE,
    phase: draw.uniform(),
    of: Array.from({ length: 3 }, () => 40 * draw.normal()),
  });
  const waves = Array.from({ length: 4 }, wave);
  const discs = Array.from({ length: 1 + draw.below(6) }, () => ({
    x: SIDE * draw.uniform(),
    y: SIDE * draw.uniform(),
    radius: 10 + 60 * draw.uniform(),
    of: Array.from({ length: 3 }, () => 255 * draw.uniform()),
  }));
  const base = Array.from({ length: 3 }, () => 255 * draw.uniform());
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const disc = discs.findLast((d) => (d.x - x) ** 2 + (d.y - y) ** 2 < d.radius ** 2);
      for (let c = 0; c < 3; c++) {
        const shade = waves.reduce(
          (sum, w) => sum + w.of[c] * Math.sin(2 * Math.PI * (w.x * x + w.y * y + w.phase)),
          0,
        );
        const value = (disc?.of[c] ?? base[c]) + shade + 4 * draw.normal();
        data[(c * SIDE + y) * SIDE + x] = Math.min(255, Math.max(0, value)) - MEANS[c];
      }
    }
  }
  return float32([1, 3, SIDE, SIDE], data);
}
