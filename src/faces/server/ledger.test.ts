import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { type Held, Ledger } from "./ledger.ts";

describe("the ledger of requests", () => {
  it("never holds more than it may, and holds nothing once all are released", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 })), { maxLength: 60 }), (steps) => {
        const ledger = new Ledger(() => 100);
        const open: { held: Held; bytes: number }[] = [];
        const sum = (): number => open.reduce((all, { bytes }) => all + bytes, 0);
        for (const [takes, bytes] of steps) {
          if (!takes) open.shift()?.held.release();
          else if (sum() + bytes <= 100) open.push({ held: ledger.take(bytes), bytes });
          else expect(caught(() => ledger.take(bytes)).code).toBe("serve/busy");
        }
        for (const { held } of open) held.release();
        ledger.take(100).release();
      }),
    );
  });

  it("tells what never fits from what does not fit now, and counts what a request takes later", () => {
    const ledger = new Ledger(() => 100);
    expect(caught(() => ledger.take(101)).code).toBe("memory/input");
    const first = ledger.take(60);
    const second = ledger.take(20);
    expect(caught(() => second.more(30)).code).toBe("serve/busy");
    expect(caught(() => second.more(90)).code).toBe("memory/input");
    first.release();
    first.release();
    second.more(80);
    expect(caught(() => ledger.take(1)).code).toBe("serve/busy");
  });
});
