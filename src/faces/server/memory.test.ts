import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { residentBytes } from "../../base/resident.ts";
import type { Opened } from "../../predict/pack.ts";
import { type Budget, budgetOf } from "../../workbench/memory/budget.ts";
import type { MemoryTold } from "../../workbench/memory/watch.ts";
import { appOf } from "./app.ts";

const tooMuch = new Fault("memory/input", { what: "the text takes too much" });
const full = new Fault("memory/resident", { what: "the process is full" });

/** Answers "ok"; "long" and "later" are refused as a predictor refuses them. */
function packOf(until: () => Promise<void> = async () => undefined): Opened {
  return {
    card: { task: { name: "tickets", kind: "classify" }, labels: { ok: "", other: "" } },
    async predictMany(texts: readonly string[]) {
      await until();
      return texts.map((text) => (text === "long" ? tooMuch : text === "later" ? full : { label: "ok" }));
    },
  } as unknown as Opened;
}

const budgetWith = (waiting: number, bytes = 1e15): Budget => ({ ...budgetOf(bytes), waiting: () => waiting });

const post = (body: unknown): RequestInit => {
  const text = JSON.stringify(body);
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", "Content-Length": String(text.length) },
    body: text,
  };
};

async function told(response: Response | Promise<Response>): Promise<{ status: number; code: string | undefined }> {
  const answered = await response;
  const { error } = (await answered.json()) as { error?: { code: string } };
  return { status: answered.status, code: error?.code };
}

describe("memory over HTTP", () => {
  it("refuses a text that takes too much with 413, and others go on", async () => {
    const app = appOf([packOf()]);
    expect(await told(app.request("/v1/predict", post({ text: "long" })))).toEqual({
      status: 413,
      code: "memory/input",
    });
    const response = await app.request("/v1/predict", post({ texts: ["hello", "long"] }));
    const { predictions } = (await response.json()) as { predictions: { label?: string; error?: { code: string } }[] };
    expect(response.status).toBe(200);
    expect(predictions.map(({ label, error }) => label ?? error?.code)).toEqual(["ok", "memory/input"]);
  });

  it("refuses with 503 while the process is full, and says when to come again", async () => {
    const app = appOf([packOf()]);
    const response = await app.request("/v1/predict", post({ text: "later" }));
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await told(response)).toEqual({ status: 503, code: "memory/resident" });
    const above = appOf([packOf()], { budget: budgetWith(1e9, 1) });
    expect(await told(above.request("/v1/predict", post({ text: "hello" })))).toEqual({
      status: 503,
      code: "memory/resident",
    });
  });

  it("takes in what its memory holds, refuses the rest, and gives back what was answered", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let answering = 0;
    const until = (): Promise<void> => {
      answering++;
      return held;
    };
    const app = appOf([packOf(until)], { budget: budgetWith(2000) });
    expect(await told(app.request("/v1/predict", post({ text: "x".repeat(400) })))).toEqual({
      status: 413,
      code: "memory/input",
    });
    expect(await told(app.request("/v1/predict", post({ texts: ["a", "b", "c", "d"] })))).toEqual({
      status: 413,
      code: "memory/input",
    });
    const first = told(app.request("/v1/predict", post({ text: "x".repeat(100) })));
    await expect.poll(() => answering).toBe(1);
    expect(await told(app.request("/v1/predict", post({ text: "x".repeat(100) })))).toEqual({
      status: 503,
      code: "serve/busy",
    });
    release();
    expect(await first).toEqual({ status: 200, code: undefined });
    expect((await told(app.request("/v1/predict", post({ text: "x".repeat(100) })))).status).toBe(200);
  });

  it("is told by /health, which says full above the limit", async () => {
    const app = appOf([packOf()]);
    for (let i = 0; i < 20; i++) await app.request("/v1/predict", post({ texts: ["a", "b"] }));
    const health = await app.request("/health");
    const { status, memory } = (await health.json()) as { status: string; memory: MemoryTold };
    expect([health.status, status]).toEqual([200, "ok"]);
    expect(memory).toMatchObject({ limit_bytes: null, full: false, answered: 40, growth: { method: "theil-sen" } });
    expect(memory.resident_bytes).toBeGreaterThan(1e7);
    expect(memory.peak_bytes).toBeGreaterThanOrEqual(memory.resident_bytes);

    const crossings: MemoryTold[] = [];
    const onCrossing = (told: MemoryTold): void => void crossings.push(told);
    const above = appOf([packOf()], { budget: budgetWith(1e9, 1), onCrossing });
    above.watch.look();
    const response = await above.request("/health");
    expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([503, "full"]);
    expect(crossings.map(({ full, limit_bytes }) => [full, limit_bytes])).toEqual([[true, 1]]);
  });

  it("holds nothing of a request that is answered: no timer until its deadline, no growth", async () => {
    const app = appOf([packOf()], { limits: { deadlineMs: 3_600_000 } });
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const [before, resident] = [timers(), residentBytes()];
    const text = "x".repeat(500_000);
    for (let i = 0; i < 400; i++) await app.request("/v1/predict", post({ text }));
    expect(timers()).toBeLessThanOrEqual(before);
    // 400 requests that are kept would be 200 MB at least.
    expect(residentBytes() - resident).toBeLessThan(150e6);
  });
});
