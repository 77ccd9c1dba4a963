import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import domino from "@mixmark-io/domino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvOf, easyRows, emptyFolder, faultOf, whittle } from "./whittle.ts";

/** A real make of rows whose labels, texts and columns are written to break out of a page, and its report. */

const hostile = {
  delivery: `<script>alert("x")</script>`,
  billing: `"><img src=https://evil.example/x onerror=alert(1)>`,
  account: `</style></title>'&lt;\u202e`,
} as const;
const tail = ` <script src="https://evil.example/a.js"></script> ]]> --> \${7*7}`;

interface Element {
  textContent: string;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelectorAll(selector: string): ArrayLike<Element>;
  querySelector(selector: string): Element | null;
  attributes: ArrayLike<{ name: string; value: string }>;
}

let folder: string;
let page: string;
let document: Element;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "whittle-report-"));
  const rows = easyRows(24).map((row, i) => ({
    body: row.body + (i % 5 === 0 ? tail : ""),
    queue: i % 17 === 0 ? hostile.billing : hostile[row.queue as keyof typeof hostile],
    channel: row.channel === "chat" ? `<b onclick=x>` : row.channel,
  }));
  writeFileSync(join(folder, "t.csv"), csvOf(rows));
  const init = ["init", "t", "--kind", "classify", "--from", "t.csv", "--text", "body", "--label", "queue"];
  expect((await whittle([...init, "--bar", "accuracy=0.2"], { cwd: folder })).code).toBe(0);
  const yaml = join(folder, "t/whittle.yaml");
  const task = readFileSync(yaml, "utf8")
    .replace(/^prices: \[\]$/m, `prices:\n  - {name: "<u>large</u>", input: 2.5, output: 10, dated: 2026-11-01}`)
    .replace(/^about: .*$/m, `about: "<i>routing</i>"`);
  writeFileSync(yaml, task);
  const made = await whittle(["make", "t", "--rungs", "baseline,linear", "--threads", "1"], { cwd: folder });
  expect(made.code, made.err).toBe(0);
  const told = await whittle(["report", "t", "--json"], { cwd: folder });
  expect(told.code, told.err).toBe(0);
  page = readFileSync(join(folder, "t/report.html"), "utf8");
  expect(JSON.parse(told.out)).toEqual({ report: join("t", "report.html"), bytes: Buffer.byteLength(page) });
  document = domino.createDocument(page, true) as Element;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = (selector: string, within = document): Element[] => Array.from(within.querySelectorAll(selector));

describe("whittle report", () => {
  it("has every section, in order, each with a title of its own", () => {
    expect(all("section").map((s) => s.getAttribute("id"))).toEqual([
      "decision",
      "ladder",
      "slices",
      "confusion",
      "calibration",
      "mistakes",
      "cliff",
      "quantisation",
      "data",
      "labels",
      "memory",
      "cost",
      "reproduce",
    ]);
    for (const section of all("section")) expect(section.querySelector("h2")?.textContent).toBeTruthy();
    for (const link of all("nav a")) {
      expect(document.querySelector(link.getAttribute("href") ?? "")).not.toBeNull();
    }
  });

  it("loads nothing, runs nothing, and forbids both", () => {
    expect(all("script, iframe, object, embed, link, img, base, form, video, audio, source")).toEqual([]);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content");
    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'");
    for (const { attributes } of all("*")) {
      for (const { name, value } of Array.from(attributes)) {
        expect(name).not.toMatch(/^on|^(src|srcset|action|xlink:href|poster|background)$/);
        if (name === "href") expect(value).toMatch(/^#/);
        expect(value).not.toMatch(/url\(/);
      }
    }
    for (const sheet of all("style")) expect(sheet.textContent).not.toMatch(/@import|url\(|https?:/);
  });

  it("shows what users wrote as they wrote it", () => {
    const labels = all("#labels tbody th").map((cell) => cell.textContent);
    expect(labels.sort()).toEqual(Object.values(hostile).sort());
    expect(document.querySelector("#cost tbody th")?.textContent).toBe("<u>large</u>");
    expect(document.querySelector("#labels p:not(.stage)")?.textContent).toBe("<i>routing</i>");
    expect(all("#mistakes .card blockquote").map((b) => b.textContent)).toContainEqual(
      expect.stringContaining("case "),
    );
    expect(page).not.toContain("<script");
  });

  it("draws each plot as an image with words for it", () => {
    expect(all("figure svg")).toHaveLength(4);
    for (const svg of all("figure svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toMatch(/\w{4}/);
    }
    expect(all("#ladder figure circle").length).toBeGreaterThanOrEqual(4);
    expect(page).not.toMatch(/NaN|Infinity|\[object|>undefined</);
  });

  it("gives every table a caption and headings", () => {
    expect(all("table").length).toBeGreaterThan(8);
    for (const table of all("table")) {
      expect(table.querySelector("caption")?.textContent).toBeTruthy();
      expect(all("th", table).every((th) => th.hasAttribute("scope"))).toBe(true);
    }
  });

  it("is the same whenever the same make is reported", async () => {
    const again = await whittle(["report", "t", "--out", "again.html"], { cwd: folder });
    expect(again.code, again.err).toBe(0);
    expect(readFileSync(join(folder, "again.html"), "utf8")).toBe(page);
  });

  it("says so where nothing was made", async () => {
    const empty = emptyFolder();
    writeFileSync(join(empty, "whittle.yaml"), "kind: classify\ndata: {train: a.csv}\n");
    const refused = await whittle(["report", "--json"], { cwd: empty });
    expect(faultOf(refused).code).toBe("store/none");
  });

  const browser = ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => !spawnSync(name, ["--version"]).error,
  );
  it.skipIf(browser === undefined)(
    `is laid out by a browser${browser === undefined ? " (none is here)" : ""}`,
    () => {
      const flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
      ];
      const shot = join(folder, "report.png");
      const url = `file://${join(folder, "t/report.html")}`;
      const profile = `--user-data-dir=${join(folder, "profile")}`;
      const { status } = spawnSync(
        browser ?? "",
        [...flags, profile, "--window-size=1240,1600", `--screenshot=${shot}`, url],
        { timeout: 60_000 },
      );
      expect(status).toBe(0);
      // An empty page of this size is some 8 kB of PNG.
      expect(readFileSync(shot).length).toBeGreaterThan(50_000);
    },
    70_000,
  );
});
