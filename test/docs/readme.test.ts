import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "dist/faces/cli/main.js");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** Blocks of code of the README, in order. */
const blocks = [...readme.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, code]) => ({ language, code }));
const commands = blocks
  .flatMap(({ code }) => code.split("\n"))
  .flatMap((line) => /^npx whittle (.*)$/.exec(line)?.[1] ?? [])
  .map((line) =>
    [...line.replace(/ +# .*$/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain),
  );

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-readme-"));
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  for (const task of ["invoices", "letters"]) shorten(join(folder, "examples", task, `${task}.jsonl`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first rows alone: the demo makes these tasks whole. */
function shorten(path: string): void {
  const rows = readFileSync(path, "utf8").split("\n").slice(0, 160);
  writeFileSync(path, `${rows.join("\n")}\n`);
}

describe("the README's session", () => {
  it("shows the way, and what comes after it", () => {
    const spans = ["init", "make", "predict"];
    const first = ["init", "make", "predict", "evaluate", "serve"];
    const after = ["report", "accept", "data", "check", "log"];
    expect(commands.map(([command]) => command)).toEqual([...first, ...spans, ...spans, ...after]);
  });

  it("runs as it stands", { timeout: 240_000 }, () => {
    for (const args of commands.filter(([command]) => command !== "serve")) {
      // Two of the three tasks are made by the cheapest rung alone here, which holds no bar; the demo makes them whole.
      const isShort = args[0] === "make" && args[1] !== "tickets";
      const all = isShort ? [...args, "--rungs", "baseline"] : args;
      const ran = spawnSync(process.execPath, [main, ...all], { cwd: folder, encoding: "utf8" });
      const { stdout, stderr } = ran;
      const status = isShort && ran.status === 100 ? 0 : ran.status;
      expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({ args, status: 0, stderr: "" });
      expect(stdout.length).toBeGreaterThan(20);
    }
  });

  it("serves", async () => {
    const args = commands.find(([command]) => command === "serve") as string[];
    const child = spawn(process.execPath, [main, ...args, "--port", "0"], { cwd: folder });
    try {
      const address = await new Promise<string>((found, failed) => {
        let said = "";
        const read = (chunk: Buffer): void => {
          said += chunk.toString();
          const match = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
          if (match !== null) found(match[0]);
        };
        child.stdout.on("data", read);
        child.stderr.on("data", read);
        child.on("close", (code) => failed(new Error(`serve ended with ${code}: ${said}`)));
      });
      const answer = await fetch(`${address}/v1/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "my card was swallowed" }),
      });
      expect(answer.status).toBe(200);
      expect(Object.keys((await answer.json()) as object)).toEqual(
        expect.arrayContaining(["label", "confidence", "scores"]),
      );
    } finally {
      child.kill("SIGTERM");
    }
  });

  it("shows a library example that runs", () => {
    const example = blocks.find(({ language }) => language === "ts")?.code as string;
    const script = join(folder, "example.mjs");
    const door = pathToFileURL(join(root, "dist/index.js")).href;
    writeFileSync(script, `${example.replace('"whittle"', JSON.stringify(door))}\nconsole.log(label, confidence);\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^\w+ 0\.\d+\n$/);
  });
});

describe("the documents", () => {
  it("link to files that are there", () => {
    for (const [, path] of readme.matchAll(/(?:\]\(|`)((?:docs|examples)\/[\w./-]*|[A-Z]+\.md)(?:\)|`)/g)) {
      expect({ path, there: existsSync(join(root, path)) }).toEqual({ path, there: true });
    }
  });

  it("name npm scripts and benches that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [, name] of readme.matchAll(/npm run ([\w-]+)/g)) expect(Object.keys(scripts)).toContain(name);
    const benches = /each from\s+`npm run bench -- NAME`: (.*?)\.\n/s.exec(readme)?.[1] ?? "";
    const names = [...benches.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names)
      expect({ name, there: existsSync(join(root, `bench/${name}.ts`)) }).toEqual({ name, there: true });
  });
});
