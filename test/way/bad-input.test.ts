import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvOf, easyRows, emptyFolder, faultOf, main, type Outcome, root, run, whittle } from "./whittle.ts";

/** Every bad input gets a fault with code, place, reason and remedy, the right exit code, and loses nothing that was made. */

const init = (cwd: string, file: string, ...flags: string[]): Promise<Outcome> =>
  whittle(["init", "task", "--kind", "classify", "--from", file, "--json", ...flags], { cwd });

async function initWith(content: string | Uint8Array, ...flags: string[]): Promise<Outcome & { cwd: string }> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "rows.csv"), content);
  return { ...(await init(cwd, "rows.csv", "--text", "body", "--label", "queue", ...flags)), cwd };
}

interface Audited {
  readonly audit: {
    readonly rows: number;
    readonly refused: number;
    readonly remarks: readonly string[];
    readonly labels: readonly { readonly label: string }[];
  };
}

function auditOf({ code, out, err }: Outcome): Audited["audit"] {
  expect(code, err).toBe(0);
  return (JSON.parse(out) as Audited).audit;
}

describe("files of examples", () => {
  it("a missing column: lists those there are, and guesses", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "rows.csv"), csvOf(easyRows(5)));
    const fault = faultOf(await init(cwd, "rows.csv", "--text", "bodi", "--label", "queue"));
    expect(fault).toMatchObject({ code: "data/column", where: "rows.csv" });
    expect(fault.why).toContain('"body", "queue", "channel"');
    expect(fault.remedy).toContain('did you mean "body"?');
    expect(existsSync(join(cwd, "task")), "nothing is written for a task that cannot be read").toBe(false);
  });

  it("a file that is not there", async () => {
    const cwd = emptyFolder();
    expect(faultOf(await init(cwd, "rows.csv"))).toMatchObject({ code: "disk/missing", where: "rows.csv" });
  });

  it.each([
    ["no bytes", ""],
    ["a header alone", "body,queue\n"],
  ])("an empty file: %s", async (_, content) => {
    expect(faultOf(await initWith(content))).toMatchObject({ code: "data/empty", where: "rows.csv" });
  });

  it("a broken quote costs its own row, told by its line", async () => {
    const rows = csvOf(easyRows(10)).trimEnd().split("\n");
    rows[7] = `"a quote that nobody closes,billing,email`;
    const outcome = await initWith(`${rows.join("\n")}\n`);
    const audit = auditOf(outcome);
    expect(audit).toMatchObject({ rows: 30, refused: 1 });
    expect(audit.remarks[0]).toContain("rows.csv:8");
  });

  it("a broken quote in the header leaves nothing to go on", async () => {
    expect(faultOf(await initWith('"body,queue\nx,y\n'))).toMatchObject({
      code: "data/csv-quote",
      where: "rows.csv:1",
    });
  });

  it("a label seen once is kept and remarked on", async () => {
    const audit = auditOf(
      await initWith(csvOf([...easyRows(10), { body: "the only one of its kind", queue: "press", channel: "email" }])),
    );
    expect(audit.labels.map(({ label }) => label)).toContain("press");
    expect(audit.remarks.join("\n")).toMatch(/"press" is seen once \(rows\.csv:32\)/);
  });

  it("a row of 10 MB is refused by its line, the rest goes on", async () => {
    const audit = auditOf(
      await initWith(csvOf([...easyRows(10), { body: "x".repeat(10e6), queue: "billing", channel: "email" }])),
    );
    expect(audit).toMatchObject({ rows: 31, refused: 1 });
    expect(audit.remarks[0]).toContain("rows.csv:32");
  });

  it("a file that is not UTF-8: the byte, its line, and the command that mends it", async () => {
    const bytes = Buffer.from(csvOf(easyRows(5)), "latin1");
    bytes[40] = 0xe9;
    const fault = faultOf(await initWith(bytes));
    expect(fault).toMatchObject({ code: "data/encoding" });
    expect(fault.where).toMatch(/^rows\.csv:\d+, byte 40 \(0xE9\)$/);
    expect(fault.remedy).toContain("iconv");
  });

  it("labels that are numbers are labels, and said to be", async () => {
    const audit = auditOf(
      await initWith(csvOf(easyRows(10).map((row) => ({ ...row, queue: String(row.queue.length) })))),
    );
    expect(audit.labels.map(({ label }) => label).sort()).toEqual(["7", "8"]);
    expect(audit.remarks.join("\n")).toMatch(/number/);
  });

  it("labels that measure something are no labels", async () => {
    const rows = easyRows(10).map((row, i) => ({ ...row, queue: String(i * 1.37 + 0.5) }));
    expect(faultOf(await initWith(csvOf(rows)))).toMatchObject({ code: "data/label-numeric" });
  });
});

describe("whittle.yaml", () => {
  it("an unknown key: its place, and what was meant", async () => {
    const { cwd } = await initWith(csvOf(easyRows(10)));
    const file = join(cwd, "task/whittle.yaml");
    const written = readFileSync(file, "utf8");
    writeFileSync(file, written.replace(/^bar:/m, "barr:"));
    const fault = faultOf(await whittle(["make", "task", "--json"], { cwd }));
    expect(fault).toMatchObject({ code: "task/key", remedy: 'did you mean "bar"?' });
    expect(fault.where).toMatch(/^whittle\.yaml:\d+:1$/);
  });

  it("is never written over unasked", async () => {
    const { cwd } = await initWith(csvOf(easyRows(10)));
    const file = join(cwd, "task/whittle.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}# by hand\n`);
    expect(faultOf(await init(cwd, "rows.csv", "--text", "body", "--label", "queue"))).toMatchObject({
      code: "task/exists",
    });
    expect(readFileSync(file, "utf8")).toContain("# by hand");
  });

  it("a folder without one", async () => {
    expect(faultOf(await whittle(["make", ".", "--json"], { cwd: emptyFolder() }))).toMatchObject({
      code: "task/missing",
    });
  });
});

describe("what was made", () => {
  let cwd = "";
  let whole = new Uint8Array();
  const pack = "task/task.whittle";

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    copyFileSync(join(root, "examples/tickets/tickets.csv"), join(cwd, "rows.csv"));
    await init(cwd, "rows.csv", "--text", "body", "--label", "queue", "--bar", "accuracy=0.5");
    const made = await whittle(["make", "task", "--rungs", "linear", "--quiet"], { cwd });
    expect(made.code, made.err).toBe(0);
    whole = readFileSync(join(cwd, pack));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it.each([
    ["predict", ["hello"]],
    ["evaluate", ["--data", "rows.csv"]],
    ["serve", ["--port", "0"]],
    ["show", []],
  ])("a pack with one byte changed is refused by %s, which names the part", async (command, flags) => {
    const changed = Uint8Array.from(whole);
    changed[Math.floor(whole.length * 0.6)] ^= 1;
    const file = join(emptyFolder(), "changed.whittle");
    writeFileSync(file, changed);
    const fault = faultOf(await whittle([command, file, ...flags, "--json"], { cwd }));
    expect(fault.code).toBe("pack/changed-part");
    expect(`${fault.message} ${fault.where}`).toMatch(/model\.onnx|features\.bin/);
  });

  it("a pack that ends too early, and a file that is none", async () => {
    const file = join(emptyFolder(), "short.whittle");
    writeFileSync(file, whole.subarray(0, whole.length - 100));
    expect(faultOf(await whittle(["predict", file, "hello", "--json"])).code).toBe("pack/truncated");
    writeFileSync(file, "not a pack at all, though long enough to be looked at for a while ".repeat(4));
    expect(faultOf(await whittle(["predict", file, "hello", "--json"])).code).toBe("pack/not-a-pack");
  });

  it("survives a disk that is full while the pack is written, and make goes on from there", async (context) => {
    if (spawnSync("bash", ["-c", "ulimit -f 1"]).status !== 0) {
      context.skip("no bash whose ulimit can stand for a full disk");
    }
    const folder = join(emptyFolder(), "task");
    await cp(join(cwd, "task"), folder, { recursive: true });
    await cp(join(cwd, "rows.csv"), join(folder, "../rows.csv"));
    // Everything but the pack is remembered; the limit lets the store write its journal and not the whole pack.
    const blocks = Math.floor(whole.length / 1024) - 4;
    expect(blocks).toBeGreaterThan(150);
    const command = `ulimit -f ${blocks}; exec '${process.execPath}' '${main}' make '${folder}' --rungs linear --json`;
    const fault = faultOf(await run(["bash", "-c", command]));
    expect(fault.code).toBe("disk/full");
    expect(fault.where).toContain(basename(pack));
    expect(
      Buffer.compare(readFileSync(join(folder, "task.whittle")), whole),
      "the pack that was there is untouched",
    ).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);

    const again = await whittle(["make", folder, "--rungs", "linear", "--quiet"]);
    expect(again.code, again.err).toBe(0);
    expect(statSync(join(folder, "task.whittle")).size).toBe(whole.length);
  });

  it("malformed lines get their fault in their place, and the rest its answers", async () => {
    const input = `{"body":"my parcel is late","id":1}\n{"body":\n${JSON.stringify({ body: "x".repeat(5e6) })}\n{"id":4}\n{"text":"password reset"}\n`;
    const { code, out, err } = await whittle(["predict", pack], { cwd, input });
    expect(code).toBe(1);
    expect(err).not.toMatch(/^\s+at /m);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id?: number; label?: string; error?: { code: string; where: string } });
    expect(lines.map((line) => line.error?.code ?? line.label)).toEqual([
      "delivery",
      "predict/not-json",
      "predict/line-too-long",
      "predict/no-text",
      "account",
    ]);
    expect(lines[1].error?.where).toBe("line 2");
    expect(lines[3].id).toBe(4);
  });

  it("--out is written whole or not at all", async () => {
    const folder = emptyFolder();
    const out = join(folder, "answers.jsonl");
    writeFileSync(out, "as it was");
    const fault = faultOf(await whittle(["predict", pack, "--in", "nothing.jsonl", "--out", out, "--json"], { cwd }));
    expect(fault.code).toBe("disk/missing");
    expect(readFileSync(out, "utf8")).toBe("as it was");
    expect(readdirSync(folder)).toEqual(["answers.jsonl"]);
    const answered = await whittle(["predict", pack, "--in", "rows.csv", "--out", out, "--json"], { cwd });
    expect(answered.code, answered.err).toBe(0);
    expect(JSON.parse(answered.out)).toEqual({ out, answered: 782, refused: 0 });
    expect(readFileSync(out, "utf8").trim().split("\n")).toHaveLength(782);
  });

  it("a file to be evaluated without the pack's columns", async () => {
    const file = join(emptyFolder(), "other.jsonl");
    writeFileSync(file, '{"message":"my parcel is late","topic":"delivery"}\n');
    expect(faultOf(await whittle(["evaluate", pack, "--data", file, "--json"], { cwd })).code).toBe("data/column");
    const told = await whittle(["evaluate", pack, "--data", file, "--text", "message", "--label", "topic", "--json"], {
      cwd,
    });
    expect(JSON.parse(told.out)).toMatchObject({ n: 1, quality: { accuracy: { value: 1 } } });
  });

  it("two runs in one folder: the second is told to wait", async () => {
    const { openTaskStore } = await import("../../src/workbench/open-store.ts");
    const store = openTaskStore(join(cwd, "task"));
    try {
      expect(faultOf(await whittle(["make", "task", "--json"], { cwd })).code).toBe("store/busy");
    } finally {
      store.close();
    }
  });
});
