import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import type { Opened } from "../../predict/pack.ts";
import type { Prediction } from "../../record/prediction.ts";
import { appOf } from "./app.ts";
import { listen } from "./listen.ts";

/** A pack that answers "long" or "short"; the text "broken" breaks it. */
function packOf(name: string, onText: (signal?: AbortSignal) => Promise<void> = async () => undefined): Opened {
  const one = (text: string): Prediction | Fault => {
    if (text.trim() === "") return new Fault("predict/empty-text", { what: "the text is empty" });
    const label = text.length > 10 ? "long" : "short";
    return { label, confidence: 0.9, in_scope: null, scores: { [label]: 0.9, other: 0.1 } };
  };
  return {
    card: {
      task: { name, kind: "classify", about: "", columns: { text: "text", label: "label" } },
      labels: { long: "", short: "" },
      recipe: { rung: "linear", settings: {}, seed: 1 },
      precision: "int8",
      held: true,
      quality: {},
    },
    hash: "00",
    sizeBytes: 1,
    async predictMany(texts: readonly string[], options: { signal?: AbortSignal } = {}) {
      if (texts.includes("broken")) throw new TypeError("secret detail");
      await onText(options.signal);
      return texts.map(one);
    },
  } as unknown as Opened;
}

const json = { "Content-Type": "application/json" };
const post = (body: unknown, headers: Record<string, string> = json): RequestInit => ({
  method: "POST",
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

async function faultIn(
  response: Response | Promise<Response>,
): Promise<{ status: number; code: string; error: Record<string, unknown> }> {
  const answered = await response;
  const { error } = (await answered.json()) as { error: Record<string, unknown> & { code: string } };
  return { status: answered.status, code: error.code, error };
}

describe("POST /v1/predict", () => {
  const app = appOf([packOf("tickets")]);

  it("answers one text with the prediction itself", async () => {
    const response = await app.request("/v1/predict", post({ text: "hello" }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      label: "short",
      confidence: 0.9,
      in_scope: null,
      scores: { short: 0.9, other: 0.1 },
    });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("answers several in order, with a fault in the place of the one it cannot answer", async () => {
    const response = await app.request("/v1/predict", post({ texts: ["hello", " ", "a longer message"] }));
    const { predictions, model } = (await response.json()) as { model: string; predictions: Record<string, unknown>[] };
    expect(model).toBe("tickets");
    expect(predictions.map((p) => p["label"])).toEqual(["short", undefined, "long"]);
    expect(predictions[1]["error"]).toMatchObject({ code: "predict/empty-text" });
  });

  it.each([
    ["no JSON", post("{"), 400, "serve/not-json"],
    ["a body of another shape", post({ message: "hello" }), 400, "serve/request"],
    ["a text that is no string", post({ text: 3 }), 400, "serve/request"],
    ["an empty text", post({ text: "  " }), 400, "predict/empty-text"],
    ["another media type", post({ text: "hello" }, { "Content-Type": "text/plain" }), 415, "serve/media-type"],
    ["a body over the limit", post({ text: "x".repeat(2 ** 20) }), 413, "serve/too-large"],
    ["lists in lists", post("[".repeat(100_000)), 400, "serve/request"],
    ["many names", post(`{${Array.from({ length: 9 }, (_, i) => `"n${i}":1`).join(",")}}`), 400, "serve/request"],
    ["a compressed body", post({ text: "hello" }, { ...json, "Content-Encoding": "gzip" }), 415, "serve/media-type"],
    ["far too many texts", post(`{"texts":[${'"",'.repeat(9000)}""]}`), 413, "serve/too-many-texts"],
    ["too many texts", post({ texts: Array.from({ length: 1001 }, () => "x") }), 413, "serve/too-many-texts"],
    ["a model that is not there", post({ text: "hello", model: "tikets" }), 404, "serve/model"],
    ["a defect", post({ text: "broken" }), 500, "serve/failed"],
  ])("refuses %s", async (_, init, status, code) => {
    const fault = await faultIn(app.request("/v1/predict", init));
    expect([fault.status, fault.code]).toEqual([status, code]);
    expect(Object.keys(fault.error).sort()).toEqual(["code", "message", "remedy", "where", "why"]);
    expect(JSON.stringify(fault.error)).not.toContain("secret detail");
  });

  it("reads what looks like more within a text", async () => {
    const text = String.raw`[[[{"a":1,"b":2,"c":[3]}]]],\" ` + ",".repeat(2000);
    expect((await app.request("/v1/predict", post({ texts: [text], model: "tickets" }))).status).toBe(200);
  });

  it("tells a mistyped model's right name", async () => {
    const { error } = await faultIn(app.request("/v1/predict", post({ text: "hello", model: "tikets" })));
    expect(error["remedy"]).toBe('did you mean "tickets"?');
  });

  it("refuses other methods and paths", async () => {
    const got = await app.request("/v1/predict");
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await faultIn(app.request("/v2/predict"))).toMatchObject({ status: 404, code: "serve/not-found" });
  });

  it("wants a model named where several are served", async () => {
    const two = appOf([packOf("a"), packOf("b")]);
    expect(await faultIn(two.request("/v1/predict", post({ text: "hello" })))).toMatchObject({
      status: 400,
      code: "serve/request",
    });
    expect((await two.request("/v1/predict", post({ text: "hello", model: "b" }))).status).toBe(200);
    expect(() => appOf([packOf("a"), packOf("a")])).toThrowError(expect.objectContaining({ code: "serve/same-name" }));
  });
});

describe("kinds with spans", () => {
  const kindOf = (kind: "extract" | "redact", prediction: Prediction): Opened => {
    const plain = packOf(kind);
    const fields = { total: { type: "amount", many: false, required: true, format: null } };
    return {
      ...plain,
      card: { ...plain.card, task: { ...plain.card.task, kind }, labels: { total: "what is to be paid" } },
      manifest: { kind, labels: ["total"], spans: { fields, categories: {}, patterns: [], leakRate: 1 } },
      predictMany: async (texts: readonly string[]) => texts.map(() => prediction),
    } as unknown as Opened;
  };
  const record: Prediction = {
    fields: { total: { amount: "12.50", currency: "EUR" } },
    spans: [{ start: 4, end: 9, label: "total", text: "12,50", confidence: 0.98 }],
  };
  const clean: Prediction = {
    text: "Dear [NAME]",
    spans: [{ start: 5, end: 8, label: "NAME", confidence: 0.99, replacement: "[NAME]" }],
  };
  const app = appOf([kindOf("extract", record), kindOf("redact", clean)]);

  it("answer with their records and with their redacted texts", async () => {
    const one = await app.request("/v1/predict", post({ text: "pay 12,50", model: "extract" }));
    expect(await one.json()).toEqual(record);
    const several = await app.request("/v1/predict", post({ texts: ["Dear Ada", "Dear Ada"], model: "redact" }));
    const told = await several.text();
    expect(JSON.parse(told)).toEqual({ model: "redact", predictions: [clean, clean] });
    expect(told).not.toContain("Ada");
  });

  it("tell what they answer with: of extract the schema of its records", async () => {
    const { models } = (await (await app.request("/v1/models")).json()) as { models: Record<string, unknown>[] };
    expect(models.map((model) => [model["kind"], "schema" in model])).toEqual([
      ["extract", true],
      ["redact", false],
    ]);
    expect(models[0]["schema"]).toMatchObject({ title: "extract", required: ["total"] });
  });
});

describe("load", () => {
  it("gives up at the deadline", async () => {
    const slow = packOf(
      "slow",
      (signal) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("late")))),
    );
    const app = appOf([slow], { limits: { deadlineMs: 20 } });
    expect(await faultIn(app.request("/v1/predict", post({ text: "hello" })))).toMatchObject({
      status: 503,
      code: "serve/deadline",
    });
  });

  it("lets a bounded number wait and refuses the rest at once", async () => {
    const release: (() => void)[] = [];
    const held = packOf("held", () => new Promise((resolve) => release.push(resolve)));
    const app = appOf([held], { limits: { maxWaiting: 1 } });
    const first = app.request("/v1/predict", post({ text: "one" }));
    const second = app.request("/v1/predict", post({ text: "two" }));
    await expect.poll(() => release.length).toBe(1);
    const third = await app.request("/v1/predict", post({ text: "three" }));
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
    release[0]();
    await expect.poll(() => release.length).toBe(2);
    release[1]();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });
});

describe("who may ask", () => {
  it("answers for this machine's names alone when it listens on this machine alone", async () => {
    const app = appOf([packOf("tickets")], { loopbackOnly: true });
    for (const host of ["127.0.0.1:8017", "localhost:8017", "[::1]:8017"]) {
      expect((await app.request("/health", { headers: { host } })).status).toBe(200);
    }
    expect(await faultIn(app.request("/health", { headers: { host: "evil.example" } }))).toMatchObject({
      status: 403,
      code: "serve/host",
    });
  });
});

describe("on a socket", () => {
  it("answers, says what it serves, and ends after the last accepted answer", async () => {
    let release = (): void => undefined;
    const app = appOf([packOf("tickets", () => new Promise((resolve) => (release = resolve)))], { loopbackOnly: true });
    const server = await listen(app, "127.0.0.1", 0);
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: "ok", models: ["tickets"] });
    const { models } = (await (await fetch(`${server.url}/v1/models`)).json()) as { models: { name: string }[] };
    expect(models[0]).toMatchObject({ name: "tickets", rung: "linear", precision: "int8", held: true });

    const idle = release;
    const pending = fetch(`${server.url}/v1/predict`, post({ text: "hello" }));
    await expect.poll(() => release !== idle).toBe(true);
    const stopped = server.stop(2000);
    release();
    expect((await pending).status).toBe(200);
    await stopped;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it("tells of a port that is taken", async () => {
    const server = await listen(appOf([packOf("a")]), "127.0.0.1", 0);
    const port = Number(new URL(server.url).port);
    await expect(listen(appOf([packOf("b")]), "127.0.0.1", port)).rejects.toMatchObject({ code: "serve/port" });
    await server.stop(100);
  });

  const answerTo = async (port: number, ...pieces: string[]): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    for (const piece of pieces) socket.write(piece);
    let said = "";
    socket.on("data", (piece: Buffer) => (said += piece.toString()));
    await once(socket, "close");
    return said;
  };

  it("answers what is no request, and what does not come in or is not read in time, and hangs up", async () => {
    const app = appOf([packOf("a")]);
    const server = await listen(app, "127.0.0.1", 0, { deadlineMs: 100 });
    const port = Number(new URL(server.url).port);
    const head = "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    const broken = await answerTo(port, `${head}Content-Length: -5\r\n\r\n`);
    expect(broken).toMatch(/^HTTP\/1.1 400 [^]*"code":"serve\/http"/);
    expect(await answerTo(port, `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}`)).toMatch(
      /^HTTP\/1.1 431 [^]*serve\/http/,
    );
    expect(await answerTo(port, `${head}Content-Length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1.1 408 [^]*"serve\/slow"/);
    const never = appOf([packOf("b", () => new Promise(() => undefined))]);
    const silent = await listen(never, "127.0.0.1", 0, { deadlineMs: 100 });
    const began = performance.now();
    const silentPort = Number(new URL(silent.url).port);
    expect(await answerTo(silentPort, `${head}Content-Length: 12\r\n\r\n{"text":"a"}`)).toBe("");
    expect(performance.now() - began).toBeGreaterThan(250);
    void silent.stop(1);
    await server.stop(100);
  });

  it("refuses a body over the limit though its length is not told", async () => {
    const server = await listen(appOf([packOf("a")], { limits: { maxBodyBytes: 1000 } }), "127.0.0.1", 0);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(
      "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for (let i = 0; i < 3; i++) socket.write(`400\r\n${"x".repeat(1024)}\r\n`);
    socket.write("0\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    await server.stop(100);
  });
});
