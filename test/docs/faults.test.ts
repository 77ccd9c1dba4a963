import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Literals of the form "area/kind" that are no fault codes. */
const others = new Set(["application/json", "text/plain", "text/html"]);

/** Every fault code in the sources, with a file that has it. */
function codesInSource(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const name of readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    for (const [, code] of readFileSync(`${root}src/${name}`, "utf8").matchAll(/(?<!from )"([a-z]+\/[a-z0-9-]+)"/g)) {
      if (!others.has(code)) codes.set(code, name);
    }
  }
  return codes;
}

/** Rows of the tables: | `area/kind` | when | remedy | */
function documented(): { code: string; when: string; remedy: string }[] {
  return [...readFileSync(`${root}docs/faults.md`, "utf8").matchAll(/^\| `([^`]+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, code, when, remedy]) => ({ code, when, remedy }),
  );
}

describe("docs/faults.md", () => {
  it("lists every fault code of the sources, and no other", () => {
    const source = codesInSource();
    const listed = documented().map((row) => row.code);
    expect(source.size).toBeGreaterThan(50);
    const missing = [...source]
      .filter(([code]) => !listed.includes(code))
      .map(([code, file]) => `${code} (src/${file})`);
    expect(missing, "codes without a row").toEqual([]);
    expect(
      listed.filter((code) => !source.has(code)),
      "rows without a source",
    ).toEqual([]);
  });

  it("is in order, lists each once, and says when and what to do", () => {
    const rows = documented();
    const codes = rows.map((row) => row.code);
    expect(codes).toEqual([...new Set(codes)].sort());
    for (const { code, when, remedy } of rows) {
      expect(when.length, `${code} says when`).toBeGreaterThan(8);
      expect(remedy.length, `${code} says what to do`).toBeGreaterThan(8);
    }
  });
});
