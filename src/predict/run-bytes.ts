import { bytesPerElement, sizeOf, type Tensor } from "../base/tensor.ts";
import { workingBytes } from "../fit/liveness.ts";
import type { ProgramHeader } from "../model/readers/header.ts";

type Feeds = Readonly<Record<string, Tensor>>;

/** Shapes whose needs are remembered; beyond them the memory starts anew. */
const REMEMBERED = 1024;

/**
 * Bytes that a run of a program on feeds of these shapes comes to hold: its values as the plan counts them, and the feeds a second
 * time, as they stand on the way to the engine's thread. Open dimensions are rounded up to one of eight steps between powers of
 * two, so that few shapes are ever counted: more than exact by an eighth at most in each dimension.
 */
export function runBytesOf(program: ProgramHeader): (feeds: Feeds) => number {
  const known = new Map<string, number>();
  return (feeds) => {
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims.map(roundedUp)]));
    const key = JSON.stringify(inputs);
    const before = known.get(key);
    if (before !== undefined) return before;
    const { bytes } = workingBytes(program, { batch: 1, length: 1, inputs });
    const fed = Object.entries(feeds).reduce((sum, [name, { type }]) => {
      return sum + sizeOf(inputs[name]) * bytesPerElement[type];
    }, 0);
    if (known.size === REMEMBERED) known.clear();
    known.set(key, bytes + fed);
    return bytes + fed;
  };
}

/** The least of 1 … 16, 18, 20, … 32, 36, … that is no less. */
export function roundedUp(n: number): number {
  if (n <= 16) return n;
  const step = 2 ** (Math.floor(Math.log2(n - 1)) - 3);
  return Math.ceil(n / step) * step;
}
