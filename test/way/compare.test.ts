import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Generalised } from "../../src/workbench/compare/generalist.ts";
import { endpointOf } from "../../src/workbench/compare/endpoint.ts";
import { isKnown } from "../../src/stats/estimate.ts";
import { csvOf, easyRows, faultOf, whittle } from "./whittle.ts";

/** A pack against a generalist: a small server on this machine stands in for it. */

interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

let answer: (text: string, asked: Asked, tries: number) => { status?: number; headers?: object; body: unknown };
const seen: { readonly url?: string; readonly authorization?: string; readonly asked: Asked }[] = [];
const tries = new Map<string, number>();
const said = (content: string): { body: unknown } => ({
  body: { choices: [{ message: { content } }], usage: { prompt_tokens: 100 + content.length, completion_tokens: 2 } },
});

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const asked = JSON.parse(Buffer.concat(pieces).toString()) as Asked;
    seen.push({ url: request.url, authorization: request.headers.authorization, asked });
    const text = asked.messages[1].content;
    tries.set(text, (tries.get(text) ?? 0) + 1);
    const { status = 200, headers = {}, body } = answer(text, asked, tries.get(text) ?? 0);
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
});

let cwd = "";
let base = "";
const rows = easyRows(60);
/** Rows that the pack has not seen: other words for the same three queues. */
const fresh = rows.map((row, i) => ({ ...row, body: `${row.body}, seen ${i} times` })).slice(0, 90);
const args = (...more: string[]): string[] => [
  ...["compare", "t/t.whittle", "--endpoint", `${base}/v1`, "--model", "big", "--data", "fresh.csv", "--json"],
  ...more,
];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cwd = mkdtempSync(join(tmpdir(), "whittle-compare-"));
  writeFileSync(join(cwd, "rows.csv"), csvOf(rows));
  writeFileSync(join(cwd, "fresh.csv"), csvOf([...fresh, ...rows.slice(0, 7)]));
  const init = ["init", "t", "--kind", "classify", "--from", "rows.csv", "--text", "body", "--label", "queue"];
  expect((await whittle(init, { cwd })).code).toBe(0);
  const made = await whittle(["make", "t", "--rungs", "linear", "--quiet"], { cwd });
  expect([0, 100], made.err).toContain(made.code);
}, 60_000);
afterAll(() => {
  server.close();
  rmSync(cwd, { recursive: true, force: true });
});

const truth = new Map([...fresh, ...rows].map((row) => [row.body, row.queue]));

describe("compare", () => {
  it("sends nothing to an address that the policy does not name", async () => {
    const outcome = await whittle(args(), { cwd });
    expect(faultOf(outcome)).toMatchObject({
      code: "policy/endpoint",
      why: "it names none: nothing leaves this machine",
    });
    const task = join(cwd, "t/whittle.yaml");
    writeFileSync(task, readFileSync(task, "utf8").replace("endpoints: []", `endpoints: ["${base}/v1"]`));
    expect(faultOf(await whittle(args("--endpoint", `${base}/v2`), { cwd }))).toMatchObject({
      code: "policy/endpoint",
    });
    expect(faultOf(await whittle(args("--endpoint", `${base}/v1/../v2`), { cwd }))).toMatchObject({
      code: "policy/endpoint",
    });
    expect(faultOf(await whittle(args("--key-env", "NO_SUCH_KEY"), { cwd }))).toMatchObject({
      code: "endpoint/no-key",
    });
    expect(seen).toEqual([]);
  });

  it("judges both on the same rows, pairs them, and counts what is no label as wrong", async () => {
    let n = 0;
    answer = (text) => {
      n++;
      if (n % 10 === 0) return said("I would say billing");
      if (n % 10 === 5) return said(" account\n");
      return said(truth.get(text) ?? "");
    };
    const more = ["--key-env", "MY_KEY", "--price", "2,10", "--most", "60"];
    const outcome = await whittle(args(...more), { cwd, env: { MY_KEY: "secret-1" } });
    expect(outcome.code, outcome.err).toBe(0);
    expect(outcome.out + outcome.err).not.toContain("secret-1");
    const told = JSON.parse(outcome.out) as Generalised;
    expect(told).toMatchObject({ task: "t", model: "big", n: 60 });
    // Of the seven rows that the task has too, those of its test part were not trained on.
    expect(told.trained).toBeGreaterThan(0);
    expect(told.trained).toBeLessThanOrEqual(7);
    expect(told.generalist).toMatchObject({ unparsable: 6, failed: 0, tokens: { output: 2 } });
    expect(told.generalist.listed[0].said).toBe("I would say billing");
    expect(told.generalist.listed[0].where).toMatch(/^fresh\.csv:\d+$/);
    const { specialist, generalist, difference } = told;
    if (!isKnown(specialist.accuracy) || !isKnown(generalist.accuracy) || !isKnown(difference)) throw new Error("n");
    expect(difference).toMatchObject({ method: "tango", n: 60 });
    expect(difference.value).toBeCloseTo(specialist.accuracy.value - generalist.accuracy.value, 9);
    const cost = generalist.cost_per_million;
    if (!isKnown(cost)) throw new Error(cost.undetermined);
    // (100 + the letters of the answer) tokens at 2 and 2 tokens at 10, a million times, per million tokens.
    expect(cost.value).toBeGreaterThan(2 * 107 + 20);
    expect(cost.value).toBeLessThan(2 * 119 + 20);
    expect(isKnown(specialist.cost_per_million) && specialist.cost_per_million.value < cost.value).toBe(true);
    expect(isKnown(generalist.latency_ms.p50)).toBe(true);

    expect(new Set(seen.map(({ url, authorization }) => `${url} ${authorization}`))).toEqual(
      new Set(["/v1/chat/completions Bearer secret-1"]),
    );
    const [{ asked }] = seen;
    expect(asked.model).toBe("big");
    expect(asked.messages[0].content).toContain("- billing\n- delivery\n");
  });

  it("tells people the same in a table", async () => {
    answer = (text) => said(truth.get(text) ?? "");
    const outcome = await whittle(
      args("--most", "30").filter((a) => a !== "--json"),
      { cwd },
    );
    expect(outcome.code, outcome.err).toBe(0);
    expect(outcome.out).toMatch(/^pack +\d\.\d{3} \[/m);
    expect(outcome.out).toMatch(/^big +1\.000 \[.*no price of this model is given/m);
    expect(outcome.out).toContain("difference ");
    expect(outcome.err).toContain(`will be sent to ${base}/v1, which whittle.yaml names`);
  });

  it("waits where it is asked to, lists what is never answered, and gives up where nothing is", async () => {
    const [first] = fresh;
    answer = (text, _, tried) => {
      if (tried === 1) return { status: 429, headers: { "Retry-After": "0" }, body: "slow down" };
      return text === first.body ? { status: 400, body: { error: "no such text here" } } : said(truth.get(text) ?? "");
    };
    tries.clear();
    const outcome = await whittle(args("--most", "97"), { cwd });
    expect(outcome.code, outcome.err).toBe(0);
    const { generalist } = JSON.parse(outcome.out) as Generalised;
    expect(generalist).toMatchObject({ unparsable: 0, failed: 1 });
    expect(generalist.listed).toEqual([
      { where: "fresh.csv:2", said: "endpoint/refused: the endpoint answered with status 400" },
    ]);
    answer = () => ({ status: 401, body: { error: "who are you" } });
    expect(faultOf(await whittle(args(), { cwd }))).toMatchObject({
      code: "endpoint/refused",
      remedy: "give its key with --key-env",
    });
    answer = () => ({ body: "<html>" });
    expect(faultOf(await whittle(args(), { cwd }))).toMatchObject({ code: "endpoint/answer" });
  });

  it("says when there is no row to compare on", async () => {
    writeFileSync(join(cwd, "bare.csv"), csvOf([{ body: "no label", queue: "" }]));
    expect(faultOf(await whittle(args("--data", "bare.csv"), { cwd }))).toMatchObject({ code: "compare/no-rows" });
  });
});

describe("the endpoint", () => {
  const policy = (...endpoints: string[]) => ({ endpoints });
  const to = (deadlineMs = 5000) =>
    endpointOf({ url: `${base}/v1`, model: "m", policy: policy(`${base}/v1`), deadlineMs, pauseMs: 1 });

  it("follows no redirection, holds no endless answer, and waits no longer than it may", async () => {
    answer = () => ({ status: 302, headers: { Location: `${base}/elsewhere` }, body: "" });
    await expect(to().ask("s", "t")).rejects.toMatchObject({ code: "endpoint/unreachable" });
    expect(seen.at(-1)?.url).toBe("/v1/chat/completions");
    answer = () => ({ body: "x".repeat(2 ** 20 + 1) });
    await expect(to().ask("s", "t")).rejects.toMatchObject({ code: "endpoint/answer" });
    answer = () => ({ status: 503, body: "" });
    const before = seen.length;
    await expect(to().ask("s", "t")).rejects.toMatchObject({ code: "endpoint/refused" });
    expect(seen.length - before).toBe(4);
    answer = () => said("a");
    await expect(to(0).ask("s", "t")).rejects.toMatchObject({ code: "endpoint/unreachable" });
  });

  it.each([
    ["http://a.example/v1", "http://a.example/v1", true],
    ["http://a.example/v1/", "http://a.example/v1", true],
    ["http://a.example/v1/chat/completions", "http://a.example/v1", true],
    ["http://a.example/v1", "http://a.example", true],
    ["http://a.example/v10", "http://a.example/v1", false],
    ["https://a.example/v1", "http://a.example/v1", false],
    ["http://a.example:81/v1", "http://a.example/v1", false],
    ["http://a.example.evil.example/v1", "http://a.example/v1", false],
    ["http://a.example@evil.example/v1", "http://a.example/v1", false],
    ["http://user:pw@a.example/v1", "http://a.example/v1", false],
    ["file:///etc/passwd", "file:///etc", false],
    ["nonsense", "http://a.example/v1", false],
  ])("may %s be called where %s is named: %s", (url, named, may) => {
    const make = () => endpointOf({ url, model: "m", policy: policy(named) });
    if (may) expect(make).not.toThrow();
    else expect(make).toThrow(expect.objectContaining({ code: "policy/endpoint" }));
  });
});
