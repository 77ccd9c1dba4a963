import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, type Tensor } from "../../base/tensor.ts";
import { builder, extend } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { needsOf, observe, tapped } from "./observe.ts";
import { patches } from "./patches.ts";
import { quantise } from "./quantise.ts";
import type { QuantiseSpec } from "./spec.ts";

const draw = random(3, "widened");
const normal = (dims: readonly number[], scale = 1): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => scale * draw.normal()),
  );
const numbers = (t: Tensor): number[] => Array.from(t.data as Float32Array);

interface Shape {
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

function convolution({ channels, kernel, strides, dilations, pads }: Shape, outputs = 5): Graph {
  const b = builder("convolution");
  const x = b.input("x", "float32", ["n", channels, 9, 8]);
  const w = b.parameter("w", normal([outputs, channels, ...kernel], 0.3));
  b.output(
    "y",
    b.op("Conv", [x, w], {
      kernel_shape: [...kernel],
      strides: [...strides],
      dilations: [...dilations],
      pads: [...pads],
    }),
  );
  return b.finish();
}

const one = fc.integer({ min: 1, max: 2 });
const pad = fc.integer({ min: 0, max: 2 });
const shapes: fc.Arbitrary<Shape> = fc.record({
  channels: fc.integer({ min: 1, max: 4 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  strides: fc.tuple(one, one),
  dilations: fc.tuple(one, one),
  pads: fc.tuple(pad, pad, pad, pad),
});

describe("the patches of a convolution", () => {
  it("multiplied with its weight as a matrix are its output", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const graph = convolution(shape);
        const b = extend(graph, { outputs: true });
        b.output("patches", patches(b, graph.nodes[0]));
        const x = normal([2, shape.channels, 9, 8]);
        const { y, patches: rows } = interpret(b.finish(), { x });
        const weight = numbers(graph.initialisers.find((v) => v.name === "w")!.tensor);
        const [places, columns] = rows.dims;
        const product = Array.from({ length: places * 5 }, (_, at) => {
          // [n, outputs, places of one n] as the convolution lays them.
          const inOne = places / 2;
          const [n, o, p] = [Math.floor(at / (5 * inOne)), Math.floor(at / inOne) % 5, at % inOne];
          const row = numbers(rows).slice((n * inOne + p) * columns, (n * inOne + p + 1) * columns);
          return row.reduce((sum, v, i) => sum + v * weight[o * columns + i], 0);
        });
        numbers(y).forEach((v, i) => expect(v).toBeCloseTo(product[i], 4));
      }),
      { seed: 5, numRuns: 15 },
    );
  });
});

describe("weights in blocks that are widened when the model is loaded", () => {
  const spec = { least: 1, block: 16 } as const;

  it.each([
    ["LSTM", 4],
    ["GRU", 3],
    ["RNN", 1],
  ] as const)(
    "are within half a step of the weights, of convolutions and %s, with and without zero points",
    (op, gates) => {
      const b = builder("both");
      const x = b.input("x", "float32", [1, 6, 9, 8]);
      const kernel = b.parameter("kernel", normal([5, 6, 3, 3], 0.3));
      b.output("y", b.op("Conv", [x, kernel], { kernel_shape: [3, 3] }));
      const steps = b.input("steps", "float32", [4, 1, 32]);
      const [w, r] = [b.parameter("w", normal([2, gates * 16, 32])), b.parameter("r", normal([2, gates * 16, 16]))];
      b.output("h", b.ops(op, [steps, w, r], { hidden_size: 16, direction: "bidirectional" }, 1)[0]);
      const graph = b.finish();
      for (const given of [
        { to: "int4-block" },
        { to: "int8-block" },
        { to: "int4-block", zeroPoints: true },
      ] as const) {
        const { graph: small, report } = quantise(graph, { ...spec, ...given });
        expect(report.nodes.map((n) => [n.weight, n.to, n.reason])).toEqual(
          ["kernel", "w", "r"].map((name) => [name, given.to, undefined]),
        );
        const bits = given.to === "int4-block" ? 4 : 8;
        for (const { bytesBefore, bytesAfter } of report.nodes)
          expect(bytesAfter / bytesBefore).toBeLessThan(((bits + 3) / 32) * 1.3);
        const feeds = { x: normal([1, 6, 9, 8]), steps: normal([4, 1, 32]) };
        const [exact, near] = [interpret(graph, feeds), interpret(small, feeds)];
        for (const name of ["y", "h"]) {
          const off = numbers(exact[name]).reduce((sum, v, i) => sum + (v - numbers(near[name])[i]) ** 2, 0);
          const all = numbers(exact[name]).reduce((sum, v) => sum + v * v, 0);
          expect(off / all).toBeLessThan(bits === 4 ? 0.07 : 3e-3);
        }
      }
    },
  );

  it("rounded by the moments of their patches err less over the calibration inputs than the nearest do", () => {
    const shape: Shape = { channels: 4, kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] };
    const graph = convolution(shape, 8);
    // Neighbours alike, as in pictures: what makes rounding by moments worth it.
    const smooth = (): Tensor => {
      const rough = numbers(normal([1, 4, 9, 8]));
      return float32(
        [1, 4, 9, 8],
        rough.map((v, i) => rough[0] + 0.3 * v + 0.02 * (i % 8)),
      );
    };
    const inputs = Array.from({ length: 12 }, smooth);
    const gptq: QuantiseSpec = { ...spec, to: "int4-block", rounding: "gptq" };
    const needs = needsOf(graph, gptq);
    expect(needs.moments).toEqual(["y:patches"]);
    const taps = tapped(graph, needs);
    const calibration = inputs.reduce((seen, x) => observe(seen, needs, interpret(taps, { x })), {});
    const error = (child: Graph): number =>
      inputs.reduce((sum, x) => {
        const [exact, near] = [numbers(interpret(graph, { x }).y), numbers(interpret(child, { x }).y)];
        return sum + exact.reduce((s, v, i) => s + (v - near[i]) ** 2, 0);
      }, 0);
    const nearest = error(quantise(graph, { ...spec, to: "int4-block" }).graph);
    const best = error(quantise(graph, { ...gptq, calibration }).graph);
    expect(best).toBeLessThan(0.5 * nearest);
  });
});
