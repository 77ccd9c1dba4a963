import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, broadcastDim, dim, type Dim, divide, exactQuotient, multiply, subtract } from "./dim.ts";

/** A dimension over three names, with its value under a sizing of them. */
interface Sized {
  readonly dim: Dim;
  readonly value: number;
}
const sizes: Readonly<Record<string, number>> = { a: 3, b: 5, sequence: 7 };

const leaf: fc.Arbitrary<Sized> = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((n) => ({ dim: n, value: n })),
  fc.constantFrom(...Object.keys(sizes)).map((name) => ({ dim: name, value: sizes[name] })),
);
const combine = (p: Sized, q: Sized, kind: number): Sized => {
  if (kind === 0) return { dim: add(p.dim, q.dim), value: p.value + q.value };
  if (kind === 1) return { dim: subtract(p.dim, q.dim), value: p.value - q.value };
  return { dim: multiply(p.dim, q.dim), value: p.value * q.value + 0 };
};
const sized: fc.Arbitrary<Sized> = fc
  .tuple(leaf, fc.array(fc.tuple(leaf, fc.nat(2)), { maxLength: 4 }))
  .map(([first, rest]) => rest.reduce((p, [q, kind]) => combine(p, q, kind), first));

/** The value of a canonical text, read by JavaScript itself. */
function valueOf(d: Dim): number {
  if (typeof d === "number") return d;
  return d.split(/(?=[+-])/).reduce((sum, term) => {
    const sign = term.startsWith("-") ? -1 : 1;
    const factors = term.replace(/^[+-]/, "").split("*");
    return sum + sign * factors.reduce((p, f) => p * (sizes[f] ?? Number(f)), 1);
  }, 0);
}

describe("symbolic dimensions", () => {
  it("say what the arithmetic says, in one canonical text", () => {
    fc.assert(
      fc.property(sized, sized, (p, q) => {
        expect(valueOf(p.dim)).toBe(p.value);
        expect(add(p.dim, q.dim)).toBe(add(q.dim, p.dim));
        expect(multiply(p.dim, q.dim)).toBe(multiply(q.dim, p.dim));
        expect(subtract(add(p.dim, q.dim), q.dim)).toBe(p.dim);
        expect(dim(p.dim)).toBe(p.dim);
      }),
      { seed: 1 },
    );
  });

  it("divide a product by its factor", () => {
    fc.assert(
      fc.property(sized, sized, (p, q) => {
        fc.pre(q.dim !== 0 && p.dim !== 0);
        expect(exactQuotient(multiply(p.dim, q.dim), q.dim)).toBe(p.dim);
      }),
      { seed: 2 },
    );
  });

  it("print as people write them", () => {
    expect(multiply("sequence", multiply(2, "batch"))).toBe("2*batch*sequence");
    expect(dim("past + 1")).toBe("past+1");
    expect(divide(add("length", 1), 2)).toBe("floor((length+1)/2)");
    expect(multiply(divide("a", 2), "a")).toBe("a*floor(a/2)");
    expect(exactQuotient("batch*sequence", "heads")).toBeUndefined();
  });

  it("broadcast: a name beside 1 or itself stays, beside a number gives the number", () => {
    expect([broadcastDim("a", 1), broadcastDim(1, "a"), broadcastDim("a", "a"), broadcastDim("a", 4)]).toEqual([
      "a",
      "a",
      "a",
      4,
    ]);
    expect(broadcastDim("b", "a")).toBe("max(a,b)");
    expect(broadcastDim(3, 4)).toBeUndefined();
  });

  it("are refused before they have grown out of bounds", () => {
    const grow = (next: (d: Dim) => Dim) => (): void => {
      for (let i = 0, d: Dim = "a+b+1"; i < 60; i++) d = next(d);
    };
    expect(grow((d) => multiply(d, d))).toThrow(/too long a sum/);
    expect(grow((d) => divide(multiply(d, "c"), add(d, 7)))).toThrow(/too long a sum/);
    expect(grow((d) => broadcastDim(add(d, 1), multiply(d, 2))!)).toThrow(/too long a sum/);
  });
});
