import type { Command } from "commander";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { program } from "../../src/faces/cli/program.ts";
import { bare, faultOf, main, root, whittle } from "./whittle.ts";

/** The interfaces that scripts and people rely on: exit codes, shapes, help, the environment. */

/** A command as it is typed, "data add", with every one that it stands above. */
function all(command: Command, typed = ""): { typed: string; command: Command }[] {
  return [{ typed, command }, ...command.commands.flatMap((sub) => all(sub, `${typed} ${sub.name()}`.trim()))];
}

const top = await program();
const commands = all(top);

const known = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.number().int(),
  level: z.number(),
  method: z.string(),
});
const estimate = z.union([known, z.strictObject({ undetermined: z.string(), n: z.number() })]);
const quality = z.record(z.string(), estimate);
const evaluation = z.looseObject({
  task: z.string(),
  kind: z.literal("classify"),
  n: z.number().int(),
  unscored: z.number().int(),
  overlap: z.number().int(),
  quality: z.intersection(quality, z.looseObject({ accuracy: estimate, macro_f1: estimate, ece: estimate })),
  slices: z.array(z.strictObject({ name: z.string(), n: z.number().int(), quality })).min(1),
  latency_ms: z.strictObject({ p50: estimate, p95: estimate, p99: estimate }),
  size_bytes: z.number().int(),
  peak_memory_bytes: z.number().int().nullable(),
});
const rung = z.enum(["baseline", "linear", "bag", "encoder"]);
const precision = z.enum(["fp32", "fp16", "int8", "int4", "mixed", "healed"]);
const made = z.looseObject({
  decision: z.looseObject({
    held: z.boolean(),
    chosen: z.looseObject({ rung, precision, pack: z.string() }),
    test: quality.nullable(),
    reasons: z.array(z.string()).min(1),
  }),
  candidates: z.array(z.looseObject({ rung, precision, evaluation })).min(1),
});
const prediction = z.looseObject({
  label: z.string(),
  confidence: z.number().min(0).max(1),
  in_scope: z.boolean().nullable(),
  scores: z.record(z.string(), z.number()),
});

describe("usage", () => {
  it.each([
    [["mak"], "usage/command", "did you mean make?"],
    [["make", "--jsom"], "usage/flag", "did you mean --json?"],
    [["init", "task"], "usage/missing", "see whittle init --help"],
    [["predict"], "usage/missing", "see whittle predict --help"],
    [["make", "--seed", "x"], "usage/value", "see whittle make --help"],
    [["make", "a", "b"], "usage/arguments", "see whittle make --help"],
    [["init", "t", "--kind", "clasify", "--from", "x.csv"], "usage/kind", "did you mean classify?"],
  ])("%j ends with 2 and a remedy", async (args, code, remedy) => {
    expect(faultOf(await whittle([...args, "--json"]), 2)).toMatchObject({ code, remedy });
  });

  it("a kind that is not built yet is a fault that says so", async () => {
    const outcome = await whittle(["init", "t", "--kind", "answer", "--from", "x.csv", "--json"]);
    expect(faultOf(outcome)).toMatchObject({ code: "kind/not-built", why: "it can do: classify, extract, redact" });
  });

  it("no command at all prints the help and ends with 2", async () => {
    const { code, out, err } = await whittle([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: whittle");
  });
});

describe("help", () => {
  it.each(commands)("of whittle $typed has an example and names no path of this machine", ({ typed }) => {
    const printed: string[] = [];
    for (const { command } of commands) command.configureOutput({ writeOut: (text) => printed.push(text) });
    expect(() =>
      top.parse([...typed.split(" ").filter((word) => word !== ""), "--help"], { from: "user" }),
    ).toThrowError(expect.objectContaining({ exitCode: 0 }));
    expect(printed.join("")).toMatch(/Examples:\n {2}\$ whittle /);
    expect(printed.join("")).not.toContain(root);
  });

  it("gives every flag a twin in the environment, and --json to every command", () => {
    for (const { command } of commands.filter((each) => each.command.commands.length === 0)) {
      const flags = command.options.map((option) => option.long);
      expect(flags, command.name()).toContain("--json");
      for (const option of command.options) {
        expect(option.envVar, `${command.name()} ${option.long}`).toBe(
          `WHITTLE_${option.long?.slice(2).replaceAll("-", "_").toUpperCase()}`,
        );
      }
    }
  });

  it("tells the version", async () => {
    expect((await whittle(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a task, made", () => {
  let cwd = "";
  let printed = "";
  const pack = "tickets/tickets.whittle";

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    copyFileSync(join(root, "examples/tickets/tickets.csv"), join(cwd, "tickets.csv"));
    const init = await whittle(
      ["init", "tickets", "--kind", "classify", "--from", "tickets.csv", "--bar", "accuracy=0.6"],
      { cwd },
    );
    expect(init.code, init.err).toBe(0);
    expect(init.out).toContain("Rows     782 rows, 8 labels");
    const outcome = await whittle(["make", "tickets"], { cwd, env: { WHITTLE_RUNGS: "linear", WHITTLE_JSON: "1" } });
    expect(outcome.code, outcome.err).toBe(0);
    expect(outcome.err, "no progress with --json where nobody watches").toBe("");
    printed = outcome.out;
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it("make --json prints the decision and every candidate", () => {
    const { decision, candidates } = made.parse(JSON.parse(printed));
    expect(decision.held).toBe(true);
    expect(isAbsolute(decision.chosen.pack)).toBe(true);
    expect(candidates.map((c) => `${c.rung} ${c.precision}`)).toEqual(["linear fp32", "linear fp16", "linear int8"]);
    const parent = expect.objectContaining({ name: "linear fp32" }) as unknown;
    const against = expect.objectContaining({ parent, n: candidates[0].evaluation.n }) as unknown;
    expect(candidates.map((c) => c["damage"])).toEqual([null, against, against]);
  });

  it("make for people goes on from what is remembered: a table, the decision in words, what to do next", async () => {
    const { code, out, err } = await whittle(["make", "tickets", "--rungs", "linear"], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^rung +at +accuracy +macro-F1 +p95 +size +memory +bar$/m);
    expect(out).toMatch(/^linear +int8 +0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] .* ✓ held$/m);
    expect(out).toContain("The bar is held: linear at int8.");
    expect(out).toMatch(/^Damage {2}linear int8 against linear fp32, \d+ rows: /m);
    expect(out).toContain("whittle predict tickets/tickets.whittle");
    expect(err).toContain("pack: writing the pack");
    expect(out + err).not.toContain("\u001b[");
  });

  it("colours where they are forced, and never where NO_COLOR is set", async () => {
    const forced = await whittle(["show", pack], { cwd, env: { FORCE_COLOR: "1" } });
    expect(forced.out).toContain("\u001b[");
    const none = await whittle(["show", pack], { cwd, env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(none.out).not.toContain("\u001b[");
  });

  it("a bar that is not held ends with 100, and the nearest is packed and marked so", async () => {
    const init = ["init", "high", "--kind", "classify", "--from", "tickets.csv", "--bar", "accuracy=0.99"];
    expect((await whittle(init, { cwd })).code).toBe(0);
    const outcome = await whittle(["make", "high", "--rungs", "baseline", "--json"], { cwd });
    expect(outcome.code, outcome.err).toBe(100);
    expect(made.parse(JSON.parse(outcome.out)).decision.held).toBe(false);
    const shown = await whittle(["show", "high/high.whittle", "--json"], { cwd });
    expect(JSON.parse(shown.out)).toMatchObject({ held: false, recipe: { rung: "baseline" } });
  });

  it("evaluate --json has its shape, and sets apart the rows that the model was trained on", async () => {
    const outcome = await whittle(["evaluate", pack, "--data", "tickets.csv", "--json"], { cwd });
    expect(outcome.code, outcome.err).toBe(0);
    const told = evaluation.parse(JSON.parse(outcome.out));
    expect(told).toMatchObject({ task: "tickets", n: 782, unscored: 0 });
    expect(told.overlap).toBeGreaterThan(500);
    expect(told["without_overlap"]).toMatchObject({ n: 782 - told.overlap });
  });

  it("predict answers a text, stdin and files alike", async () => {
    const text = "my parcel has not arrived";
    const one = await whittle(["predict", pack, text, "--json"], { cwd });
    const wanted = prediction.parse(JSON.parse(one.out));
    const piped = await whittle(["predict", pack], { cwd, input: `${JSON.stringify({ text, id: 7 })}\n` });
    expect(piped.code).toBe(0);
    expect(JSON.parse(piped.out)).toEqual({ text, id: 7, ...wanted });
    writeFileSync(join(cwd, "in.csv"), `body,id\n${text},7\n`);
    expect((await whittle(["predict", pack, "--in", "in.csv"], { cwd })).out).toBe(
      `${JSON.stringify({ body: text, id: "7", ...wanted })}\n`,
    );
    expect((await whittle(["predict", pack, text], { cwd })).out.split("\n")[0]).toMatch(
      new RegExp(`^${wanted.label} +(0\\.\\d{3}|> 0\\.999)$`),
    );
  });

  it("predict ends quietly when its reader has seen enough", async () => {
    const child = spawn(process.execPath, [main, "predict", pack, "--in", "tickets.csv", "--quiet"], {
      cwd,
      env: bare(),
    });
    const err: Buffer[] = [];
    child.stderr.on("data", (piece: Buffer) => err.push(piece));
    child.stdout.once("data", () => child.stdout.destroy());
    await new Promise((resolve) => child.once("close", resolve));
    expect(Buffer.concat(err).toString()).toBe("");
  });

  it("show and log tell what there is", async () => {
    const task = await whittle(["show", "tickets", "--json"], { cwd });
    expect(JSON.parse(task.out)).toMatchObject({ task: { name: "tickets", data: { text: "body", label: "queue" } } });
    const log = JSON.parse((await whittle(["log", "tickets", "--steps", "--json"], { cwd })).out) as {
      log: { stage: string }[];
    };
    expect(log.log.map((line) => line.stage)).toEqual(
      expect.arrayContaining(["data", "split", "train", "quantise", "answer", "make"]),
    );
    expect(faultOf(await whittle(["log", cwd, "--json"])).code).toBe("store/none");
  });

  it("serve answers over a socket and ends with 0 on SIGTERM", async () => {
    const child = spawn(process.execPath, [main, "serve", pack, "--port", "0", "--json"], { cwd, env: bare() });
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (piece: Buffer) => resolve(piece.toString())),
    );
    const { url, models } = JSON.parse(line) as { url: string; models: string[] };
    expect(models).toEqual(["tickets"]);
    const response = await fetch(`${url}/v1/predict`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: "my parcel has not arrived" }),
    });
    prediction.parse(await response.json());
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
  });
});

describe("doctor", () => {
  it("tries the machine", async () => {
    const { code, out } = await whittle(["doctor", "--json"]);
    const told = JSON.parse(out) as { ok: boolean; findings: { name: string }[] };
    expect(code).toBe(told.ok ? 0 : 1);
    expect(told.findings.map(({ name }) => name)).toEqual(["node", "engine", "store", "memory", "threads", "disk"]);
  });
});
