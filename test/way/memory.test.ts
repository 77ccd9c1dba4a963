import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { random } from "../../src/base/random.ts";
import { open } from "../../src/index.ts";
import { madeText, writeMadePack } from "../made-pack.ts";
import { asked, memoryOf, serving, tellsOfMemory } from "../process.ts";
import { scratch } from "../scratch.ts";
import { faultOf, main, whittle } from "./whittle.ts";

/** A process keeps to the memory that it was given: planned, bounded, refused, and never ended by the system. */

const LONGEST = 200_000;
const folder = scratch("for all");
const draw = random(2, "way/memory");
let pack: string;
beforeAll(() => {
  pack = join(folder(), "made.whittle");
  writeMadePack(pack, LONGEST);
});

/** The least megabytes that the pack is taken with, as its own refusal names it. */
async function least(): Promise<number> {
  const { remedy } = faultOf(await whittle(["predict", pack, "hello", "--memory", "90MB", "--json"]));
  return Number(/^allow (\d+)MB/.exec(remedy ?? "")?.[1]);
}

interface Told {
  readonly error?: { readonly code: string };
  readonly label?: string;
  readonly confidence?: number;
  readonly windows?: number;
}

const answersIn = (out: string): Told[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);

describe("whittle predict --memory", () => {
  it("refuses a pack that does not fit before it is loaded, and takes it with what it names", async () => {
    const fault = faultOf(await whittle(["predict", pack, "hello", "--memory", "90MB", "--json"]));
    expect(fault).toMatchObject({ code: "memory/plan", where: pack });
    expect(fault.message).toMatch(/^the pack needs \d+\.\d+ MB of memory and 90\.00 MB are given$/);
    expect((await whittle(["predict", pack, "hello", "--memory", `${await least()}MB`])).code).toBe(0);
    const unread = faultOf(await whittle(["predict", pack, "hello", "--memory", "a lot", "--json"]));
    expect(unread.code).toBe("fit/memory");
  });

  it("refuses the text that would break it in its place, answers the others whole, and stays within it", async () => {
    const memory = (await least()) + 12;
    const lengths = [20, LONGEST, 300, 30, LONGEST, 50, 700, 60];
    const texts = lengths.map((units) => madeText(draw, units));
    const path = join(folder(), "texts.jsonl");
    writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    const { code, out } = await whittle(["predict", pack, "--in", path, "--memory", `${memory}MB`]);
    const answers = answersIn(out);
    expect(code).toBe(1);
    const codes = answers.map(({ error, label }) => error?.code ?? (label === undefined ? "nothing" : "ok"));
    expect(codes).toEqual(lengths.map((units) => (units === LONGEST ? "memory/input" : "ok")));
    const short = texts.filter(({ length }) => length < LONGEST);
    writeFileSync(path, short.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    const free = answersIn((await whittle(["predict", pack, "--in", path])).out);
    const bounded = answers.filter(({ error }) => error === undefined);
    // In as many windows, each of them whole, whatever runs they were read in.
    const heard = ({ label, windows }: Told): unknown => [label, windows];
    expect(bounded.map(heard)).toEqual(free.map(heard));
    expect(Math.max(...bounded.map(({ windows = 1 }) => windows))).toBeGreaterThan(3);
    bounded.forEach(({ confidence }, i) => expect(confidence).toBeCloseTo(free[i].confidence ?? 0, 5));
  });
});

describe("whittle serve --memory", () => {
  it("stays within it under more requests at once than it can hold, each answered or refused by name", async () => {
    const memory = (await least()) + 20;
    const { child, url } = await serving([main, "serve", pack, "--port", "0", "--memory", `${memory}MB`, "--json"]);
    const seen = new Map<string, number>();
    const one = async (i: number): Promise<void> => {
      for (let n = 0; n < 5; n++) {
        const units = (i + n) % 5 === 0 ? LONGEST : 50 + draw.below(1500);
        const { status, body } = await asked(url, { text: madeText(draw, units) });
        const { error } = body as { error?: { code: string } };
        const said = `${status} ${error?.code ?? "ok"}`;
        seen.set(said, (seen.get(said) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, i) => one(i)));
    const known = ["200 ok", "413 memory/input", "503 memory/resident", "503 serve/busy"];
    expect([...seen.keys()].filter((said) => !known.includes(said))).toEqual([]);
    expect(seen.get("200 ok")).toBeGreaterThan(20);
    expect(seen.get("413 memory/input")).toBeGreaterThan(0);
    if (tellsOfMemory) expect(memoryOf(child, "VmHWM")).toBeLessThanOrEqual(memory * 1e6);
    expect((await asked(url, { text: "and it goes on" })).status).toBe(200);
  });
});

describe("open() with memory", () => {
  it("bounds the library alike", async () => {
    await expect(open(pack, { memory: "50MB" })).rejects.toMatchObject({ code: "memory/plan" });
    await expect(open(pack, { memory: 0 })).rejects.toMatchObject({ code: "fit/memory" });
    // This process holds much besides: what it may hold goes with it.
    const opened = await open(pack, { memory: 8e9 });
    const [answer] = await opened.predictMany([madeText(draw, 100)]);
    expect(answer).not.toBeInstanceOf(Fault);
    await opened.close();
  });
});
