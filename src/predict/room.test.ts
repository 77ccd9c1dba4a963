import { describe, expect, it } from "vitest";
import { Fault } from "../base/fault.ts";
import { tensor } from "../base/tensor.ts";
import type { Engine, Program } from "../engine/port.ts";
import { classified } from "../kinds/classify/decode.ts";
import { builder } from "../graph/build.ts";
import { toOnnx } from "../graph/wire/write.ts";
import type { ProgramHeader } from "../model/readers/header.ts";
import type { Manifest } from "../record/manifest.ts";
import { openPredictor } from "./predictor.ts";
import { loadProgram } from "./program.ts";
import { bytesPerCharacter, Gate } from "./room.ts";
import { roundedUp, runBytesOf } from "./run-bytes.ts";

const far = 1e15;
const PER_CHARACTER = 128;
const roomOf = (batch: number, process = far) => ({ process, batch: () => batch });

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error as Fault).code,
  );
}

const none: Engine = {
  name: "none",
  version: "0",
  load: () => Promise.reject<Program>(new Error("rules need no engine")),
  close: async () => undefined,
};

describe("what a text takes", () => {
  it("is more where every token has a score for every tag", () => {
    expect(bytesPerCharacter({ kind: "classify", labels: ["a", "b"] })).toBe(PER_CHARACTER);
    expect(bytesPerCharacter({ kind: "redact", labels: ["a", "b"] })).toBe(256 + 16 * 5);
  });
});

describe("a gate", () => {
  it("takes texts in only where they fit", async () => {
    const gate = new Gate(roomOf(10 * PER_CHARACTER), PER_CHARACTER);
    const work = (): Promise<void> => Promise.resolve();
    expect([await codeOf(gate.hold(10, work)), await codeOf(gate.hold(11, work))]).toEqual(["done", "memory/input"]);
    expect(gate.together([1, 2, 2, 9])).toBe(3);
    expect(gate.together([9, 9])).toBe(1);
  });

  it("lets one batch in at a time, in the order in which they came, whatever becomes of them", async () => {
    const gate = new Gate(roomOf(far), PER_CHARACTER);
    const order: string[] = [];
    const slow = gate.hold(1, async () => {
      order.push("first begins");
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push("first ends");
      throw new Error("and fails");
    });
    const next = gate.hold(1, async () => void order.push("second"));
    await Promise.allSettled([slow, next]);
    expect(order).toEqual(["first begins", "first ends", "second"]);
  });

  it("counts a run beside the texts that it is made of", async () => {
    const gate = new Gate(roomOf(2 * PER_CHARACTER + 200), PER_CHARACTER);
    expect(await codeOf(gate.hold(2, async () => gate.admit(100)))).toBe("done");
    expect(await codeOf(gate.hold(2, async () => gate.admit(101)))).toBe("memory/input");
  });

  it("lets nothing begin above what the process may hold", async () => {
    const gate = new Gate(roomOf(far, 1), PER_CHARACTER);
    expect(await codeOf(gate.hold(0, async () => gate.admit(0)))).toBe("memory/resident");
  });
});

describe("what a run takes", () => {
  const program: ProgramHeader = {
    opset: 21,
    inputs: [{ name: "x", dataType: 1, dims: ["rows", "width"] }],
    outputs: ["y"],
    nodes: [{ op: "Relu", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} }],
    constants: new Map(),
    noted: new Map(),
  };
  const bytesOf = runBytesOf(program);
  const feed = (rows: number, width: number) => ({
    x: tensor("float32", [rows, width], new Float32Array(rows * width)),
  });

  it("grows with every dimension and is never below what lives at once, nor far above", () => {
    let before = 0;
    for (let width = 1; width < 300; width++) {
      const exact = 4 * 3 * width;
      const bytes = bytesOf(feed(3, width));
      expect(bytes).toBeGreaterThanOrEqual(before);
      expect(bytes).toBeGreaterThanOrEqual(3 * exact);
      expect(bytes).toBeLessThanOrEqual(8 * exact * 1.125 + 1);
      before = bytes;
    }
  });

  it("is counted for few shapes: sizes are rounded up by an eighth at most", () => {
    const rounded = new Set<number>();
    for (let n = 1; n <= 4096; n++) {
      const up = roundedUp(n);
      expect(up).toBeGreaterThanOrEqual(n);
      expect(up).toBeLessThan(n * 1.125 + 1);
      rounded.add(up);
    }
    expect(rounded.size).toBeLessThan(100);
  });
});

describe("a predictor with a room", () => {
  const manifest: Manifest = {
    kind: "classify",
    program: {
      type: "rules",
      rules: [{ word: "refund", label: 0, precision: 0.9 }],
      otherwise: { label: 1, precision: 0.6 },
    },
    inputs: [],
    labels: ["billing", "other"],
    temperature: 1,
    scopeThreshold: null,
    maxTextLength: 1000,
  };
  const parts = new Map([["model.json", new TextEncoder().encode(JSON.stringify(manifest))]]);

  it("refuses the text that does not fit, answers the others, and answers them as it does without", async () => {
    const texts = ["a refund", "x".repeat(101), "hello", "y".repeat(100), "refund ".repeat(14), "z".repeat(500)];
    const free = await openPredictor(parts, none);
    const bounded = await openPredictor(parts, none, { room: roomOf(100 * PER_CHARACTER) });
    const answers = await bounded.predictMany(texts);
    const said = answers.map((a) => (a instanceof Fault ? a.code : classified(a).label));
    expect(said).toEqual(["billing", "memory/input", "other", "other", "billing", "memory/input"]);
    const unbounded = await free.predictMany(texts);
    answers.forEach((a, i) => a instanceof Fault || expect(a).toEqual(unbounded[i]));
    expect(await codeOf(bounded.predict("x".repeat(101)))).toBe("memory/input");
  });

  it("refuses every text above what the process may hold", async () => {
    const full = await openPredictor(parts, none, { room: roomOf(far, 1) });
    const answers = await full.predictMany(["a refund", "hello"]);
    expect(answers.map((a) => (a as Fault).code)).toEqual(["memory/resident", "memory/resident"]);
  });
});

describe("a program behind a gate", () => {
  const b = builder("g");
  b.output("y", b.op("Relu", [b.input("x", "float32", ["rows", 4])]));
  const parts = new Map([["model.onnx", toOnnx(b.finish())]]);
  const x = tensor("float32", [1, 4], new Float32Array(4));

  /** An engine that counts, and a room that is full from the 17th run of a program on. */
  async function opened(everFull: boolean) {
    const counted = { loads: 0, closed: 0, runs: 0 };
    const engine: Engine = {
      ...none,
      load: async () => {
        counted.loads++;
        counted.runs = 0;
        return {
          inputs: [],
          outputs: [],
          run: async () => ({ y: x, runs: tensor("int32", [1], Int32Array.of(++counted.runs)) }),
          read: () => Promise.reject(new Error("no residents")),
          write: () => Promise.reject(new Error("no residents")),
          close: async () => void counted.closed++,
        };
      },
    };
    const room = {
      get process() {
        return counted.runs >= 16 || (everFull && counted.loads > 1) ? 1 : far;
      },
      batch: () => far,
    };
    const program = await loadProgram(engine, parts, "model.onnx", { gate: new Gate(room, 1) });
    return { program, counted };
  }

  it("is loaded anew where what its runs hold fills the process, and goes on", async () => {
    const { program, counted } = await opened(false);
    for (let i = 0; i < 40; i++) await program.run({ x });
    expect(counted).toEqual({ loads: 3, closed: 2, runs: 8 });
    await program.close();
    expect(counted.closed).toBe(3);
  });

  it("refuses where that was not enough, and does not load again and again", async () => {
    const { program, counted } = await opened(true);
    for (let i = 0; i < 16; i++) await program.run({ x });
    for (let i = 0; i < 5; i++) expect(await codeOf(program.run({ x }))).toBe("memory/resident");
    expect(counted.loads).toBe(2);
  });
});
