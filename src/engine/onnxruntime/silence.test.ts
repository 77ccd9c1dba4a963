import { expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { onnxruntime } from "./index.ts";
import { silence, SWITCH } from "./silence.ts";

it("turns the runtime's telemetry off where the door is opened, whatever was set before", async () => {
  process.env[SWITCH] = "0";
  await onnxruntime().close();
  expect(process.env[SWITCH]).toBe("1");
});

it("goes on in a worker whose main thread turned it off, and in no other", () => {
  silence(false, { [SWITCH]: "1" });
  expect(caught(() => silence(false, {})).code).toBe("engine/telemetry");
  expect(caught(() => silence(false, { [SWITCH]: "0" })).code).toBe("engine/telemetry");
});
