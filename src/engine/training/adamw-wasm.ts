/**
 * The update of AdamW as a WebAssembly function over four floats at a time, assembled here: one pass over parameters,
 * both moments and gradients where separate operators make a dozen. Offsets are in bytes; `bytes` is a multiple of 16.
 *
 *   m ← β₁·m + gain₁·g        gain₁ = (1 − β₁)·clip
 *   v ← β₂·v + gain₂·g²       gain₂ = (1 − β₂)·clip²
 *   p ← keep·p − rate·m / (√(correction·v) + ε)
 *
 * Moments that decay for long end among the subnormals, on which arithmetic is a hundred times slower; adding and taking
 * away 1e-25 rounds them to multiples of 1e-32, which changes nothing beside ε.
 */
export type AdamWKernel = (
  p: number,
  m: number,
  v: number,
  g: number,
  bytes: number,
  beta1: number,
  gain1: number,
  beta2: number,
  gain2: number,
  rate: number,
  correction: number,
  epsilon: number,
  keep: number,
) => void;

/** A kernel over a memory of its own, of `bytes` zeros. */
export function adamwKernel(bytes: number): { readonly update: AdamWKernel; readonly buffer: ArrayBuffer } {
  const memory = new wasm.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
  const { exports } = new wasm.Instance(new wasm.Module(assemble()), { e: { m: memory } });
  return { update: exports.u, buffer: memory.buffer };
}

/** The part of the global that is used: its types stand in the browser's library alone. */
const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly;

interface WebAssemblyGlobal {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly u: AdamWKernel } };
}

const PAGE = 65_536;
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

// Parameters and locals by index.
const [P, M, V, G, BYTES, BETA1, GAIN1, BETA2, GAIN2, RATE, CORRECTION, EPSILON, KEEP] = Array(13).keys();
const [END, GRADIENT, FIRST, SECOND] = [13, 14, 15, 16];

const local = (i: number): number[] => [0x20, i];
const store = (i: number): number[] => [0x21, i];
const lanes = (i: number): number[] => [...local(i), 0xfd, 0x13];
const load = (pointer: number): number[] => [...local(pointer), 0xfd, 0x00, 4, 0];
const save = (pointer: number, value: number): number[] => [...local(pointer), ...local(value), 0xfd, 0x0b, 4, 0];
const [SQRT, ADD, SUB, MUL, DIV] = [0xe3, 0xe4, 0xe5, 0xe6, 0xe7].map((code) => [0xfd, code, 0x01]);
const tiny = [0x43, ...new Uint8Array(Float32Array.of(1e-25).buffer), 0xfd, 0x13];
const flush = [...tiny, ...ADD, ...tiny, ...SUB];
const advance = (pointer: number): number[] => [...local(pointer), 0x41, 16, 0x6a, ...store(pointer)];

/** The bytes of the module: one imported memory, one exported function. */
function assemble(): Uint8Array<ArrayBuffer> {
  const body = [
    ...[...local(P), ...local(BYTES), 0x6a, ...store(END)],
    ...[0x02, 0x40, 0x03, 0x40], // block, loop
    ...[...local(P), ...local(END), 0x4f, 0x0d, 1], // leave when p >= end
    ...[...load(G), ...store(GRADIENT)],
    ...[...load(M), ...lanes(BETA1), ...MUL, ...local(GRADIENT), ...lanes(GAIN1), ...MUL, ...ADD, ...flush],
    ...store(FIRST),
    ...[...load(V), ...lanes(BETA2), ...MUL, ...local(GRADIENT), ...local(GRADIENT), ...MUL, ...lanes(GAIN2), ...MUL],
    ...[...ADD, ...flush, ...store(SECOND)],
    ...[...save(M, FIRST), ...save(V, SECOND)],
    ...local(P), // the address of the store below
    ...[...load(P), ...lanes(KEEP), ...MUL],
    ...[...local(FIRST), ...lanes(RATE), ...MUL],
    ...[...local(SECOND), ...lanes(CORRECTION), ...MUL, ...SQRT, ...lanes(EPSILON), ...ADD, ...DIV, ...SUB],
    ...[0xfd, 0x0b, 4, 0],
    ...[P, M, V, G].flatMap(advance),
    ...[0x0c, 0, 0x0b, 0x0b, 0x0b], // again; ends of loop, block and function
  ];
  const code = [2, 1, I32, 3, V128, ...body];
  const types = [...Array<number>(5).fill(I32), ...Array<number>(8).fill(F32)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, types.length, ...types, 0]),
    ...section(2, [1, ...name("e"), ...name("m"), 0x02, 0x00, ...size(1)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name("u"), 0x00, 0]),
    ...section(10, [1, ...size(code.length), ...code]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...size(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** Unsigned LEB128. */
function size(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...size(n >>> 7)];
}
