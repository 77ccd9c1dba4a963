import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matching, type Pattern } from "./pattern.ts";

describe("matching", () => {
  it("finds the same where figures start as anywhere", () => {
    const expression = (): RegExp =>
      /(?<![0-9A-Za-z]|[0-9][.,])(?:[-+−]|\((?=\+?[0-9]))?\+?[0-9]{1,4}(?:[.,( -][0-9]{1,3}){0,3}\)?(?![0-9A-Za-z])/g;
    const check = (found: string): string | null => (found.length % 5 === 0 ? null : found);
    const all = (find: Pattern["find"], text: string): [number, number, string][] => {
      const found: [number, number, string][] = [];
      find(text, (...match) => found.push(match));
      return found;
    };
    const slow = matching(expression(), check);
    const quick = matching(expression(), check, "figure");
    const unit = fc.constantFrom(..."0123456789+-−(). ,aZé٣\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        expect(all(quick, text)).toEqual(all(slow, text));
      }),
      { numRuns: 2000 },
    );
  });
});
