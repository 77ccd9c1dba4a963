/** Named arrays and a few facts as bytes: what a checkpoint of training is. */
export interface Snapshot {
  readonly facts: unknown;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

/** Little-endian: length of the header (u32), the header as JSON padded to 4 bytes, then the arrays one after another. */
export function writeSnapshot({ facts, arrays }: Snapshot): Uint8Array {
  const names = [...arrays].map(([name, array]) => ({ name, length: array.length }));
  const text = JSON.stringify({ facts, names });
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
  const start = 4 + Math.ceil(header.length / 4) * 4;
  const bytes = new Uint8Array(start + names.reduce((sum, { length }) => sum + 4 * length, 0));
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = start;
  for (const array of arrays.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

export function readSnapshot(bytes: Uint8Array): Snapshot {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { facts, names } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    facts: unknown;
    names: { name: string; length: number }[];
  };
  const arrays = new Map<string, Float32Array>();
  let at = 4 + Math.ceil(length / 4) * 4;
  for (const { name, length } of names) {
    arrays.set(name, new Float32Array(bytes.slice(at, at + 4 * length).buffer));
    at += 4 * length;
  }
  return { facts, arrays };
}
