import { describe, expect, it } from "vitest";
import { llama8bMetadata, llama8bQ4KM, llama8bTensors, madeGguf } from "../../../test/contracts/made-gguf.ts";
import { deviceNamed } from "../../fit/devices.ts";
import { planFit } from "../../fit/plan.ts";
import { readGguf } from "../../model/readers/gguf.ts";
import { bytesSource } from "../../model/readers/source.ts";
import { printDevices, printPlan, printTensors } from "./plan-view.ts";
import type { Terminal } from "./terminal.ts";

function printed(print: (terminal: Terminal) => void): string {
  const lines: string[] = [];
  print({ print: (line) => void lines.push(line), style: (_, text) => text } as Terminal);
  return lines.join("\n");
}

const { head, size } = madeGguf(llama8bMetadata, llama8bTensors(llama8bQ4KM));
const header = readGguf(bytesSource("llama.gguf", head, size));

describe("a plan on a terminal", () => {
  it("says what is needed and that it fits", () => {
    const device = deviceNamed("raspberry-pi-5-8gb");
    const plan = planFit(header, { budget: device.usable, context: 8192 });
    expect(printed((terminal) => printPlan(terminal, { model: "llama.gguf", device, plan }))).toMatchInlineSnapshot(`
      "llama.gguf: llama, gguf, 8.03 billion parameters, 4.58 GiB (4.91 GB) on disk
      tensors: Q4_K 3.66 GB in 193, Q6_K 1.26 GB in 33, F32 1.07 MB in 66

      weights          4.58 GiB
      keys and values  1.00 GiB    f16, 8192 tokens × 1
      activations      258.50 MiB  8192 tokens × 1
      runtime          61.83 MiB   llama.cpp
      in all           5.89 GiB    while loading 4.64 GiB

      ✓ fits: 5.89 GiB (6.32 GB) of 7.50 GiB (8.05 GB), raspberry-pi-5-8gb (assumed, 2026-11)
      longest context that fits: 21394 tokens
      finest precision that fits: Q6_K

      at other precisions  weights    in all
        F16                14.96 GiB  16.27 GiB  ✗ too large
        Q8_0               7.95 GiB   9.26 GiB   ✗ too large
        Q6_K               6.14 GiB   7.45 GiB   ✓ fits
        Q5_K_M             5.33 GiB   6.64 GiB   ✓ fits
        Q4_K_M             4.58 GiB   5.89 GiB   ✓ fits
        Q4_0               4.33 GiB   5.65 GiB   ✓ fits
        IQ4_XS             4.17 GiB   5.48 GiB   ✓ fits
        Q3_K_M             3.74 GiB   5.05 GiB   ✓ fits
        Q2_K               2.95 GiB   4.27 GiB   ✓ fits"
    `);
  });

  it("says what to give up where it does not", () => {
    const plan = planFit(header, { budget: 6e9, context: 200_000 });
    const text = printed((terminal) => printPlan(terminal, { model: "llama.gguf", device: null, plan }));
    expect(text).toMatch(/✗ does not fit: .* GiB .* of 5\.59 GiB \(6\.00 GB\), the memory given/);
    expect(text).toMatch(/trained on 131072 tokens, fewer than are asked for/);
    expect(text).toMatch(/it would fit with:\n {2}a context of \d+ +5\.59 GiB/);
  });

  it("lists the tensors, the largest first", () => {
    const lines = printed((terminal) => printTensors(terminal, planFit(header, { budget: 8e9 }))).split("\n");
    expect(lines).toHaveLength(1 + 292);
    expect(lines[1]).toMatch(/^output\.weight +Q6_K +\[128256, 4096\] +410\.98 MiB$/);
  });

  it("lists the devices with what is usable and how that is known", () => {
    expect(printed(printDevices)).toMatch(/^jetson-orin-nano +8\.00 GiB +4\.84 GiB +measured, 2025-10-04 /m);
  });
});
