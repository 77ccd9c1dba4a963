import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, main, root, run } from "./whittle.ts";

/** Nothing leaves: the whole way where there is no network but the machine's own, and no client in the source. */

const denied = ["unshare", "-rn"];

/** init → make → predict → evaluate → serve, in one place without a network; serve is asked over the loopback. */
const script = `
set -e
ip link set lo up 2>/dev/null || true
w() { "$NODE" "$MAIN" "$@"; }
w init tickets --kind classify --from tickets.csv --text body --label queue --bar accuracy=0.6
w make tickets --rungs linear --quiet
w predict tickets/tickets.whittle "my parcel has not arrived" --json
w evaluate tickets/tickets.whittle --data tickets.csv --json > evaluation.json
"$NODE" serve.mjs
`;

const serveAndAsk = `
import { spawn } from "node:child_process";
const child = spawn(process.env.NODE, [process.env.MAIN, "serve", "tickets/tickets.whittle", "--port", "0", "--json"]);
child.stdout.once("data", async (line) => {
  const { url } = JSON.parse(line);
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url + "/v1/predict", { method: "POST", headers, body: '{"text":"my parcel has not arrived"}' });
  console.log("served " + (await answer.json()).label);
  child.kill("SIGTERM");
});
child.once("close", (code) => process.exit(code));
`;

describe("with networking denied", () => {
  const allowed = spawnSync(denied[0], [...denied.slice(1), "ip", "link", "set", "lo", "up"]).status === 0;

  it.skipIf(!allowed)("goes the whole way", async () => {
    const cwd = emptyFolder();
    copyFileSync(join(root, "examples/tickets/tickets.csv"), join(cwd, "tickets.csv"));
    writeFileSync(join(cwd, "serve.mjs"), serveAndAsk);
    const { code, out, err } = await run([...denied, "bash", "-c", script], {
      cwd,
      env: { NODE: process.execPath, MAIN: main },
    });
    expect(code, err).toBe(0);
    expect(out).toContain('"label":"delivery"');
    expect(out).toContain("served delivery");
    expect(JSON.parse(readFileSync(join(cwd, "evaluation.json"), "utf8"))).toMatchObject({ n: 782 });
  });
  if (!allowed) process.stderr.write("skipped: unshare -rn (a network of one's own) is not allowed here\n");
});

describe("the engine", () => {
  it("keeps nothing to tell its maker, and does not read a long command line", async () => {
    const home = emptyFolder();
    // The switches that a machine which tests may have set: without them whittle alone keeps the engine silent.
    const env = { HOME: home, XDG_CACHE_HOME: home, CI: "", ORT_DISABLE_TELEMETRY: "", ORT_RUNNING_UNIT_TESTS: "" };
    const script = `process.argv = [process.execPath, "doctor"]; import(process.env.MAIN)`;
    const command = [process.execPath, "-e", script, "a ".repeat(30_000)];
    const { code, out, err } = await run(command, { cwd: home, env: { ...env, MAIN: main } });
    expect(code, err).toBe(0);
    expect(out).toContain("onnxruntime");
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("the source", () => {
  const clients =
    /\b(?:from|import|require)\s*\(?\s*["'](?:node:)?(https?|http2|net|tls|dgram|dns|undici|axios|node-fetch|got|ws)(?:\/[^"']*)?["']|\b(?:fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/;
  /** What listens, or tells whether a text is an address, and never calls. */
  const listeners: Readonly<Record<string, RegExp>> = {
    "features/patterns/internet.ts": /import \{ isIP \} from "node:net";/,
    "faces/server/listen.ts": /import type \{ (AddressInfo|ServerResponse) \} from "node:(net|http)";/,
    "faces/server/intake.ts": /import type \{ ServerResponse \} from "node:http";/,
  };

  /** The one file that calls out, and asks the task's policy first. */
  const caller = "workbench/compare/endpoint.ts";

  it("imports nothing that could call out, and calls fetch in one place alone", () => {
    const found: string[] = [];
    for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
      const name = file.replaceAll("\\", "/");
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      for (const [i, line] of readFileSync(join(root, "src", file), "utf8")
        .split("\n")
        .entries()) {
        const isComment = /^\s*(\*|\/\/|\/\*)/.test(line);
        const method = /\.\s*fetch\s*\(|fetch\??:|\bfetch\(request/.test(line);
        if (isComment || method || listeners[name]?.test(line)) continue;
        if (clients.test(line)) found.push(`${name}:${i + 1}: ${line.trim()}`);
      }
    }
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${caller}:\\d+: const response = await fetch\\(address, `));
  });
});
