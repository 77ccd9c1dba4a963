import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { builder, toOnnx } from "../../graph/index.ts";
import { readState, saveState } from "./saved-file.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-state-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a saved state", () => {
  const path = join(folder, "run.state");
  const state = {
    steps: 41,
    tensors: new Map([
      ["steps", float32([2], [1, 2])],
      ["m.w", float32([1, 3], [0.1, -0, NaN])],
      ["loss_scale", float32([], [1024])],
    ]),
  };

  it("is read as it was written", () => {
    saveState(path, state);
    expect(readState(path)).toEqual(state);
  });

  it("is refused when it is none, or not whole", () => {
    saveState(path, state);
    const bytes = readFileSync(path);
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(() => readState(path), String(length)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(graph|engine)\//) as string }),
      );
    }
    writeFileSync(path, toOnnx(builder("another").finish()));
    expect(() => readState(path)).toThrow(expect.objectContaining({ code: "engine/state" }));
    expect(() => readState(join(folder, "none"))).toThrow(expect.objectContaining({ code: "disk/missing" }));
  });
});
