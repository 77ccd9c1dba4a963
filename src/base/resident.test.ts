import { describe, expect, it } from "vitest";
import { guardResident, peakResidentBytes, residentBytes } from "./resident.ts";

describe("the limit of the resident set", () => {
  const reading = (...amounts: number[]) => {
    let at = 0;
    let collections = 0;
    return {
      read: () => amounts[Math.min(at, amounts.length - 1)],
      collect: () => {
        at++;
        collections++;
      },
      collections: () => collections,
    };
  };

  const refusal = (message?: string): unknown =>
    expect.objectContaining({ code: "memory/resident", ...(message === undefined ? {} : { message }) });

  it("lets work through far below the limit, without a collection", () => {
    const { read, collect, collections } = reading(50);
    guardResident(100, { read, collect });
    expect(collections()).toBe(0);
  });

  it("collects before it refuses, and lets work through where that was enough", () => {
    const { read, collect, collections } = reading(120, 80);
    guardResident(100, { read, collect });
    expect(collections()).toBe(1);
  });

  it("counts what is about to be added", () => {
    const { read, collect } = reading(60, 60);
    guardResident(100, { read, collect, more: 40 });
    expect(() => guardResident(100, { read, collect, more: 41 })).toThrowError(refusal());
  });

  it("refuses above the limit, with both amounts", () => {
    const { read, collect } = reading(200e6);
    expect(() => guardResident(100e6, { read, collect })).toThrowError(
      refusal("the process holds 200.00 MB of memory; its limit is 100.00 MB"),
    );
  });

  it("reads this process, and tries the collector itself", () => {
    expect(residentBytes()).toBeGreaterThan(10e6);
    expect(peakResidentBytes()).toBeGreaterThanOrEqual(residentBytes() * 0.99);
    expect(() => guardResident(1)).toThrowError(refusal());
  });
});
