import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { doors, equals, house, packages } from "./house.ts";
import { importsUnder, type Import } from "./imports.ts";

const src = fileURLToPath(new URL("../../src/", import.meta.url));
const imports = importsUnder(src);
const inside = imports.filter((i) => !i.isPackage);

const topOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
const at = (i: Import): string => `src/${i.from}:${i.line} imports ${i.isPackage ? i.to : `src/${i.to}`}`;

/** The complaint about an import through a floor, or undefined. */
function throughTheFloor(i: Import): string | undefined {
  const [from, to] = [topOf(i.from), topOf(i.to)];
  if (from === to || from === "") return undefined;
  const room = house[from];
  const other = house[to] as { floor: number } | undefined;
  if (other !== undefined && other.floor < room.floor) return undefined;
  const above = other === undefined ? "which stands over the whole house" : `floor ${other.floor}`;
  return `${at(i)}: ${from} is floor ${room.floor}, ${to || i.to} ${above}. ${room.because}`;
}

function betweenEquals(i: Import): string | undefined {
  const [top, one, ...more] = i.from.split("/");
  const [otherTop, other, ...otherMore] = i.to.split("/");
  if (!(top in equals) || top !== otherTop || more.length === 0 || otherMore.length === 0 || one === other)
    return undefined;
  return `${at(i)}: ${equals[top]}`;
}

describe("the house", () => {
  it("has a floor for every folder, and a source for the walls to hold", () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((e) => e.isDirectory());
    for (const { name } of folders)
      expect(house, `src/${name} has no floor in test/floors/house.ts`).toHaveProperty(name);
    expect(inside.length).toBeGreaterThan(100);
  });

  it("is built from the ground up: a folder imports from lower floors only", () => {
    expect(inside.map(throughTheFloor).filter((c) => c !== undefined)).toEqual([]);
  });

  it("keeps equals apart", () => {
    expect(inside.map(betweenEquals).filter((c) => c !== undefined)).toEqual([]);
  });

  it.each(doors)("opens $folder where ports meet doors, and nowhere else", ({ folder, openedBy, because }) => {
    const wrong = inside
      .filter((i) => i.to.startsWith(folder) && !i.from.startsWith(folder) && !i.typeOnly && !openedBy.test(i.from))
      .map((i) => `${at(i)}: ${because}`);
    expect(wrong).toEqual([]);
  });

  it.each(packages)("imports $name in one place", ({ name, only, because }) => {
    const wrong = imports.filter((i) => i.to === name && !i.from.startsWith(only)).map((i) => `${at(i)}: ${because}`);
    expect(wrong).toEqual([]);
  });

  it("keeps files, processes and the network out of the compiler", () => {
    const wrong = imports
      .filter((i) => i.from.startsWith("graph/") && i.to.startsWith("node:"))
      .map((i) => `${at(i)}: graphs in, graphs out, in a browser too`);
    expect(wrong).toEqual([]);
  });

  it("asks for nothing of Node in what a page loads", () => {
    const loaded = new Set<string>(["graph/index.ts", "engine/web/index.ts"]);
    const wrong: string[] = [];
    for (const path of loaded) {
      for (const i of imports) {
        if (i.from !== path || i.typeOnly) continue;
        if (!i.isPackage) loaded.add(i.to);
        else if (i.to !== "@bufbuild/protobuf") wrong.push(`${at(i)}: a page has neither Node nor this package`);
      }
    }
    expect(loaded.size).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it("has no store, no trainer and no face behind the library's door", () => {
    const behind = new Set<string>(["index.ts"]);
    for (const path of behind) {
      for (const i of inside) if (i.from === path && !i.typeOnly) behind.add(i.to);
    }
    const wrong = [...behind].filter((path) => /^(store|learn|rungs|stages|report|faces)\//.test(path));
    expect(wrong, "who only predicts from a pack loads the predictor and little else").toEqual([]);
  });

  it("goes round in no circle", () => {
    const next = new Map<string, string[]>();
    for (const i of inside) if (!i.typeOnly) next.set(i.from, [...(next.get(i.from) ?? []), i.to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      if (done.has(path) || trail.includes(path)) return;
      for (const to of next.get(path) ?? []) walk(to, [...trail, path]);
      done.add(path);
    };
    for (const path of next.keys()) walk(path, []);
    expect(circles).toEqual([]);
  });
});

describe("the walls themselves", () => {
  const wall = (from: string, to: string): Import => ({ from, to, isPackage: false, typeOnly: true, line: 1 });
  it.each([
    ["graph/ir.ts", "engine/port.ts"],
    ["stats/a.ts", "text/b.ts"],
    ["predict/a.ts", "rungs/b.ts"],
    ["base/a.ts", "index.ts"],
    ["report/a.ts", "workbench/b.ts"],
  ])("%s may not import %s", (from, to) => {
    expect(throughTheFloor(wall(from, to))).toContain(house[topOf(from)].because);
  });
  it("keep kinds apart, and let the table name them all", () => {
    expect(betweenEquals(wall("kinds/classify/a.ts", "kinds/extract/b.ts"))).toContain(equals.kinds);
    expect(betweenEquals(wall("kinds/table.ts", "kinds/extract/b.ts"))).toBeUndefined();
    expect(betweenEquals(wall("kinds/classify/a.ts", "kinds/kind.ts"))).toBeUndefined();
  });
});
