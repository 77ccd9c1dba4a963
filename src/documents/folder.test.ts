import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"; // prettier-ignore
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { body, madeDocx, paragraph } from "../../test/contracts/made-docx.ts";
import { leaksIn, redactSecrets, scratch } from "../../test/contracts/made-documents.ts";
import { formats } from "./formats.ts";
import { redactFolder, type FolderOptions } from "./folder.ts";

const folder = scratch();
let made = 0;

/** A folder of documents, where the redacted ones go, and the options with a log of their own. */
function desk(files: Readonly<Record<string, string | Uint8Array>>): {
  from: string;
  to: string;
  options: FolderOptions;
} {
  const here = join(folder, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(here, "in", name, ".."), { recursive: true });
    writeFileSync(join(here, "in", name), content);
  }
  const options = {
    redact: () => redactSecrets,
    formats,
    audit: join(here, "log", "audit.jsonl"),
    model: "a".repeat(64),
  };
  return { from: join(here, "in"), to: join(here, "out"), options };
}

const files = (under: string): string[] =>
  readdirSync(under, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(under.length + 1))
    .sort();
const lines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore

const letters = {
  "a.txt": "Jane Doe",
  "b.TSV": "Jane Doe\tx\n",
  "bad.jsonl": "Jane Doe",
  "letters/Jane_Doe/jane.doe.md": "# Åsa Öberg",
  "letters/Jane Doe/c.html": "<p>4111111111111111",
  "letters/Jane Doe.docx": madeDocx({ "word/document.xml": body(paragraph("Jane ", "Doe")) }),
  "letters/jane doe.docx": madeDocx({ "word/document.xml": body(paragraph("x")) }),
  "locked Jane Doe.docx": Buffer.from("d0cf11e0a1b11ae1", "hex"),
  "photo of Jane Doe.png": "Jane Doe",
  "empty.txt": "",
};

describe("a folder", () => {
  test("is redacted with its names; what cannot be is refused, told and not copied", async () => {
    const { from, to, options } = desk(letters);
    symlinkSync(join(from, "a.txt"), join(from, "link.txt"));
    const told = await redactFolder(from, to, options);
    expect(files(to)).toEqual(["a.txt", "b.TSV", "empty.txt", "letters/[NAME] 2.docx", "letters/[NAME] 2/[NAME].md", "letters/[NAME].docx", "letters/[NAME]/c.html"]); // prettier-ignore
    for (const file of files(to)) expect([file, leaksIn(readFileSync(join(to, file)))]).toEqual([file, []]);
    expect(told.refused.map(({ file, fault }) => [file, fault.code])).toEqual([
      ["bad.jsonl", "document/json"],
      ["link.txt", "document/format"],
      ["locked [NAME].docx", "document/encrypted"],
      ["photo of [NAME].png", "document/format"],
    ]);
    expect(told).toMatchObject({ redacted: 7, doneBefore: 0, counts: { CARD: 1, NAME: 4 } });
  });

  test("its log holds what was done and no text", async () => {
    const { from, to, options } = desk(letters);
    await redactFolder(from, to, options);
    expect(leaksIn(readFileSync(options.audit))).toEqual([]);
    const [head, first, ...rest] = lines(options.audit);
    expect(head).toMatchObject({ model: options.model, names: "redact", unread: "refuse" });
    expect(first).toMatchObject({ file: "a.txt", status: "redacted", format: "text", counts: { NAME: 1 }, charactersRemoved: 8, places: [{ where: "text", offset: 0, length: 8, label: "NAME" }] }); // prettier-ignore
    expect(rest.find(({ file }) => file === "bad.jsonl")).toMatchObject({ status: "refused", fault: { code: "document/json", where: "line 1" } }); // prettier-ignore
    expect(rest.length + 1).toBe(Object.keys(letters).length);
  });

  test("a run that broke off goes on: what is done and unchanged is left, the rest is done", async () => {
    const { from, to, options } = desk(letters);
    await redactFolder(from, to, options);
    const before = files(to).map((file) => readFileSync(join(to, file), "hex"));
    appendFileSync(options.audit, '{"file":"a.t');
    rmSync(join(to, "a.txt"));
    writeFileSync(join(to, "b.TSV"), "changed");
    utimesSync(join(from, "empty.txt"), 1, 1);
    const told = await redactFolder(from, to, options);
    expect(told).toMatchObject({ redacted: 3, doneBefore: 4 });
    expect(files(to).map((file) => readFileSync(join(to, file), "hex"))).toEqual(before);
    expect(lines(options.audit).length).toBeGreaterThan(3);
    const other = redactFolder(from, to, { ...options, model: "b" });
    await expect(other).rejects.toMatchObject({ code: "document/audit" });
  });

  test("names can be kept, or given by number", async () => {
    const { from, to, options } = desk({ "Jane Doe.txt": "x", "a/b.md": "Jane Doe" });
    await redactFolder(from, to, { ...options, names: "keep" });
    expect(files(to)).toEqual(["Jane Doe.txt", "a/b.md"]);
    await redactFolder(from, `${to}2`, { ...options, names: "number", audit: `${options.audit}2` });
    expect(files(`${to}2`)).toEqual(["000001.txt", "000002.md"]);
  });

  test("nothing is written into what is read, nor over what another wrote", async () => {
    const { from, to, options } = desk({ "a.txt": "Jane Doe" });
    for (const [output, audit] of [
      [from, options.audit],
      [join(from, "out"), options.audit],
      [to, join(from, "log")],
    ])
      // prettier-ignore
      await expect(redactFolder(from, output, { ...options, audit })).rejects.toMatchObject({ code: "document/folders" });
    mkdirSync(to);
    writeFileSync(join(to, "a.txt"), "mine");
    await expect(redactFolder(from, to, options)).rejects.toMatchObject({ code: "document/folders" });
    expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("mine");
    expect(existsSync(options.audit)).toBe(false);
    await expect(redactFolder(join(from, "none"), to, options)).rejects.toMatchObject({ code: "disk/missing" });
  });

  test("what finds may fail on one document; a raised signal ends the run, which can go on", async () => {
    const { from, to, options } = desk({ "a.txt": "Jane Doe", "b.txt": "break", "c.txt": "Jane Doe" });
    const stop = new AbortController();
    const redact = () => async (content: string) => {
      if (content === "break") throw new Error("Jane Doe");
      return redactSecrets(content);
    };
    const told = await redactFolder(from, to, { ...options, redact });
    expect(told).toMatchObject({ redacted: 2, refused: [{ file: "b.txt", fault: { code: "internal/error" } }] });
    expect(leaksIn(readFileSync(options.audit))).toEqual([]);
    stop.abort();
    const stopped = redactFolder(from, `${to}2`, { ...options, audit: `${options.audit}2`, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: "document/stopped" });
  });
});
