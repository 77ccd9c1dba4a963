import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What names a machine rather than the project. */
const leaks: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "an absolute path of one machine", pattern: /(?<![\w.~-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]/ },
  {
    what: "an address of a private network",
    pattern: /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b/,
  },
  {
    what: "a package registry's address",
    pattern: /https?:\/\/[^\s"'`)]*(?:registry|npmjs\.org|nexus|artifactory|verdaccio)/i,
  },
  { what: "a secret", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:npm|ghp|gho)_[A-Za-z0-9]{30,}|_authToken\s*=/ },
];

function tracked(): string[] {
  return execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}

describe("tracked files", () => {
  it("name no machine, no registry and no secret", ({ skip }) => {
    let files: string[];
    try {
      files = tracked();
    } catch {
      return skip("this is no git checkout");
    }
    expect(files.length).toBeGreaterThan(20);
    const found: string[] = [];
    for (const file of files) {
      const lines = readFileSync(`${root}${file}`, "utf8").split("\n");
      for (const [n, line] of lines.entries()) {
        for (const { what, pattern } of leaks) {
          const hit = pattern.exec(line);
          if (hit !== null) found.push(`${file}:${n + 1} holds ${what}: ${hit[0]}`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  it("lock versions and hashes, not the address they were fetched from", () => {
    const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(Object.entries(lock.packages).filter(([, p]) => p.resolved !== undefined)).toEqual([]);
  });

  // Put together here, or this file would be found.
  it.each([
    [["cd ", "work", "project"].join("/"), 0],
    [["", "home", "anna", "whittle"].join("/"), 0],
    [["192", "168", "1", "7:4873"].join("."), 1],
    [["https:", "", "registry.example.org"].join("/"), 2],
  ])("would be caught with %j", (line, which) => {
    expect(leaks[which].pattern.test(line)).toBe(true);
  });

  it.each(["network/work/a", "src/root/x", "version 10.4.2/12.38.0", "./work/a", "127.0.0.1:8080"])(
    "may say %j",
    (line) => {
      for (const { pattern } of leaks) expect(pattern.test(line)).toBe(false);
    },
  );
});
