import { describe, expect, it } from "vitest";
import type { ProgramHeader } from "../model/readers/header.ts";
import { workingSet } from "./liveness.ts";
import { programFacts } from "./program-facts.ts";

const FLOAT = 1;

/** Two inputs whose second dimensions are open, each under a name of its own. */
const program: ProgramHeader = {
  opset: 21,
  inputs: [
    { name: "a", dataType: FLOAT, dims: ["n", "wide"] },
    { name: "b", dataType: FLOAT, dims: ["n", "narrow"] },
  ],
  outputs: ["c"],
  nodes: [{ op: "Concat", domain: "", inputs: ["a", "b"], outputs: ["c"], attributes: { axis: 1 } }],
  constants: new Map(),
  noted: new Map(),
};

describe("shapes of inputs that are known whole", () => {
  it("stand before what is given for open dimensions, and go through the program", () => {
    const inputs = { a: [3, 100], b: [3, 2] };
    const facts = programFacts(program, { batch: 1, length: 1, inputs });
    expect(facts.get("a")?.dims).toEqual([3, 100]);
    expect(facts.get("c")?.dims).toEqual([3, 102]);
    expect(workingSet(program, { batch: 1, length: 1, inputs })).toEqual({ live: 2448, outputs: 1224, unsized: 0 });
  });
});
