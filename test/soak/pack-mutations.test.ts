import { describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { sha256 } from "../../src/base/hash.ts";
import { random, type Random } from "../../src/base/random.ts";
import { headerAt, type Part } from "../../src/packfile/layout.ts";
import { verifyPack } from "../../src/packfile/verify.ts";
import { packBytes } from "../../src/packfile/write.ts";

const mutations = process.env.WHITTLE_SOAK === "1" ? 300_000 : 30_000;

/** One way of spoiling a file each; all return bytes of their own. */
const ways: Readonly<Record<string, (bytes: Uint8Array, draw: Random) => Uint8Array>> = {
  "one byte changed": (bytes, draw) => {
    const spoilt = bytes.slice();
    spoilt[draw.below(bytes.length)] ^= 1 + draw.below(255);
    return spoilt;
  },
  "several bytes changed": (bytes, draw) => {
    const spoilt = bytes.slice();
    for (let i = 2 + draw.below(8); i > 0; i--) spoilt[draw.below(bytes.length)] = draw.below(256);
    return spoilt;
  },
  "cut off": (bytes, draw) => bytes.slice(0, draw.below(bytes.length)),
  "a piece taken out": (bytes, draw) => {
    const from = draw.below(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + 1 + draw.below(100))]);
  },
  "a piece doubled": (bytes, draw) => {
    const from = draw.below(bytes.length);
    const to = from + 1 + draw.below(100);
    return Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(from)]);
  },
  "two blocks exchanged": (bytes, draw) => {
    const spoilt = bytes.slice();
    const blocks = Math.floor(bytes.length / 64);
    const [a, b] = [64 * draw.below(blocks), 64 * draw.below(blocks)];
    spoilt.set(bytes.subarray(a, a + 64), b);
    spoilt.set(bytes.subarray(b, b + 64), a);
    return spoilt;
  },
  "a header forged with a hash that fits": (bytes, draw) => {
    const spoilt = bytes.slice();
    const end = headerAt + new DataView(bytes.buffer).getUint32(8, true);
    const letters = '0123456789{}[]",:.-e abcx';
    for (let i = 1 + draw.below(3); i > 0; i--) {
      spoilt[headerAt + draw.below(end - headerAt)] = letters.charCodeAt(draw.below(letters.length));
    }
    spoilt.set(Buffer.from(sha256(spoilt.subarray(headerAt, end)), "hex"), 12);
    return spoilt;
  },
};

function somePack(draw: Random): Uint8Array {
  const parts = Array.from({ length: 1 + draw.below(5) }, (_, i): Part => {
    const bytes = Uint8Array.from({ length: draw.below(300) }, () => draw.below(256));
    return { name: `part-${i}`, bytes };
  });
  return packBytes(parts);
}

describe("a spoilt pack", () => {
  const names = Object.keys(ways);
  const each = Math.floor(mutations / names.length);
  it.each(names)(`%s, ${each} times: a fault, or every byte is accounted for`, { timeout: 10 * 60_000 }, (name) => {
    const draw = random(2026, name);
    let refused = 0;
    let pack = somePack(draw);
    for (let i = 0; i < each; i++) {
      if (i % 50 === 0) pack = somePack(draw);
      const spoilt = ways[name](pack, draw);
      try {
        const { parts } = verifyPack(spoilt);
        // What is accepted is exactly what would have been written: the same file, or a pack of renamed parts.
        const rewritten = packBytes([...parts].map(([part, bytes]) => ({ name: part, bytes })));
        if (Buffer.compare(rewritten, spoilt) !== 0) expect.fail(`accepted a spoilt pack: mutation ${i} of "${name}"`);
      } catch (error) {
        if (!(error instanceof Fault && error.code.startsWith("pack/"))) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(each / 2);
  });
});
