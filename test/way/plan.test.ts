import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { float32 } from "../../src/base/tensor.ts";
import { builder, toOnnx } from "../../src/graph/index.ts";
import { scratch } from "../scratch.ts";
import { whittle } from "./whittle.ts";

describe("whittle plan", () => {
  const folder = scratch("for all");
  let model: string;

  beforeAll(() => {
    const b = builder("product");
    const weights = b.parameter("weights", float32([64, 64], new Float32Array(64 * 64).fill(0.5)));
    b.output("y", b.op("MatMul", [b.input("x", "float32", ["rows", 64]), weights]));
    model = join(folder(), "product.onnx");
    writeFileSync(model, toOnnx(b.finish()));
  });

  it("says what a model needs on a device, and that it fits", async () => {
    const { code, out } = await whittle(["plan", model, "--device", "server-2gb", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ device: { name: "server-2gb" }, plan: { verdict: "fits" } });
  });

  it("takes the device that is typed before a memory in the environment, and the memory typed before a device there", async () => {
    const device = await whittle(["plan", model, "--device", "server-2gb", "--json"], {
      env: { WHITTLE_MEMORY: "1MB" },
    });
    expect(JSON.parse(device.out)).toMatchObject({ device: { name: "server-2gb" } });
    const memory = await whittle(["plan", model, "--memory", "1MB", "--json"], {
      env: { WHITTLE_DEVICE: "server-2gb" },
    });
    expect(memory.code).toBe(100);
    expect(JSON.parse(memory.out)).toMatchObject({ device: null, plan: { verdict: "does not fit" } });
  });

  it("refuses both typed, and a device that nobody knows, with the nearest", async () => {
    const both = await whittle(["plan", model, "--device", "server-2gb", "--memory", "1MB", "--json"]);
    expect(JSON.parse(both.out)).toMatchObject({ error: { code: "usage/budget" } });
    const unknown = await whittle(["plan", model, "--device", "rasberry-pi-5-8gb", "--json"]);
    expect(JSON.parse(unknown.out)).toMatchObject({
      error: { remedy: expect.stringContaining("raspberry-pi-5-8gb") as string },
    });
  });
});
