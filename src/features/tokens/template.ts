import { finish, mix } from "../murmur.ts";

/** Every kind of feature has a number, which is the first block of its print. Numbers are never reused or reordered. */
export const Template = {
  bias: 0,
  prefix: 1,
  suffix: 2,
  /** + 8 · kind + offset + 4: word, shape, short shape and suffix of the words around. */
  around: 16,
  wordPair: 64,
  wordTriple: 80,
  shapePair: 96,
  shapeTriple: 112,
  shapeRun: 120,
  wordShape: 121,
  chunkWord: 128,
  chunkShape: 129,
  chunkShort: 130,
  chunkPlace: 131,
  chunkShapePlace: 137,
  cue: 160,
  linePlace: 176,
  lineEnd: 177,
  lineFromTop: 178,
  lineFromBottom: 179,
  lineOpening: 180,
  lineOpeningPlace: 181,
  lineLength: 182,
  lineBefore: 183,
  lineBeforeOpening: 184,
  lineBeforeEnd: 185,
  lineAfterOpening: 186,
  lineShape: 187,
  lineOpeningPair: 188,
  lineBeforeShape: 199,
  lineAfterShape: 200,
  /** What the dictionary of values says, whole and without its length. */
  value: 224,
  valueShare: 225,
  /** + stream: what the caller says of the token itself; then of its neighbours. */
  given: 256,
  givenBefore: 512,
  givenAfter: 768,
} as const;

const SEED = 0x746f6b65;
const starts = Int32Array.from({ length: 1024 }, (_, template) => mix(SEED, template));

/** MurmurHash3 of the template and its values as 32-bit blocks; signed, as whole numbers of 32 bits are quickest. */
export function print1(template: number, a: number): number {
  return finish(mix(starts[template], a), 2) | 0;
}

export function print2(template: number, a: number, b: number): number {
  return finish(mix(mix(starts[template], a), b), 3) | 0;
}

export function print3(template: number, a: number, b: number, c: number): number {
  return finish(mix(mix(mix(starts[template], a), b), c), 4) | 0;
}
