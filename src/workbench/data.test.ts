import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Task } from "../record/task.ts";
import { importFiles } from "../stages/data/index.ts";
import { hashSources } from "../stages/data/sources.ts";
import { split } from "../stages/split/index.ts";
import { draftTask } from "../stages/task/index.ts";
import type { Store } from "../store/port.ts";
import { memoryStore } from "../store/memory/store.ts";
import { type Added, addData, dataVersions, noteFound } from "./data.ts";

let folder: string;
let store: Store;
let task: Task;

const subjects = ["invoice", "parcel", "password", "refund", "driver", "card", "courier", "email", "charge", "code"];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-data-"));
  store = memoryStore();
  task = draftTask({ name: "t", kind: "classify", data: { train: ["own.jsonl"], text: "body", label: "queue" } });
  const rows = Array.from({ length: 120 }, (_, i) => ({
    body: `${subjects[i % 10]} ${subjects[(i * 7 + 3) % 10]} case ${"abcdefghijklmnopqrstuvwxyz"[i % 26]}${"xyzuvw"[i % 6]} of ${subjects[(i >> 2) % 10]}`,
    queue: i % 2 === 0 ? "billing" : "delivery",
  }));
  write("own.jsonl", rows);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, rows: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

function add(rows: readonly unknown[], part: "dev" | "train" = "dev", from?: string): Promise<Added> {
  return addData(task, folder, write("incoming.jsonl", rows), store, { part, from });
}

const kept = (file = "added-dev.jsonl"): unknown[] =>
  readFileSync(join(folder, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

describe("data add", () => {
  it("keeps new rows in the task's columns, with or without labels, and their version", async () => {
    const before = hashSources(task, folder);
    const added = await add(
      [{ body: "my tyre is flat", queue: "delivery", channel: "chat" }, { body: "what now?" }],
      "dev",
      "inbox",
    );
    expect(added).toMatchObject({ added: 2, unlabelled: 1, duplicates: [], refused: [] });
    expect(kept()).toEqual([
      { body: "my tyre is flat", queue: "delivery", channel: "chat" },
      { body: "what now?", queue: null },
    ]);
    expect(dataVersions(store)).toMatchObject([{ file: "added-dev.jsonl", rows: 2, added: 2, from: "inbox" }]);
    expect(hashSources(task, folder), "resume notices").not.toBe(before);
    const { examples } = await importFiles(task, folder);
    expect(examples.slice(-2)).toMatchObject([
      { given: "dev", added: true },
      { target: null, added: true },
    ]);
  });

  it("refuses what the task holds in another spelling, and lists it with its place", async () => {
    const { examples } = await importFiles(task, folder);
    const [first] = examples;
    const added = await add([{ body: `  ${first.text.toUpperCase()} `, queue: "delivery" }, { body: "something new" }]);
    expect(added.added).toBe(1);
    expect(added.duplicates).toMatchObject([
      { line: 1, of: { file: "own.jsonl", line: 1 }, label: "billing", given: "delivery" },
    ]);
    await expect(add([{ body: "Something  NEW" }])).rejects.toMatchObject({ code: "data/nothing-new" });
    expect(kept()).toHaveLength(1);
  });

  it("pools the labels that several people gave one text, and gives a waiting row its label", async () => {
    const added = await add([
      { body: "who knows", queue: "billing" },
      { body: "Who knows", queue: "delivery" },
      { body: "who  knows", queue: "delivery" },
      { body: "later", topic: "x" },
    ]);
    expect(added.merged).toBe(2);
    const labelled = await add([{ body: "LATER", queue: "billing" }]);
    expect(labelled).toMatchObject({ added: 0, labelled: 1 });
    expect(kept()).toEqual([
      { body: "who knows", queue: ["billing", "delivery", "delivery"] },
      { body: "later", queue: "billing", topic: "x" },
    ]);
    const { examples } = await importFiles(task, folder);
    expect(examples.at(-2)).toMatchObject({ target: "delivery" });
  });

  it("leaves everything as it was where nothing can be added", async () => {
    await expect(add([{ body: "" }])).rejects.toMatchObject({ code: "data/nothing-new" });
    await expect(add([{ words: "none" }])).rejects.toMatchObject({ code: "data/column" });
    expect(existsSync(join(folder, "added-dev.jsonl"))).toBe(false);
    expect(dataVersions(store)).toEqual([]);
  });

  it("notes a file that was changed otherwise, once", async () => {
    await add([{ body: "one", queue: "billing" }]);
    writeFileSync(
      join(folder, "added-dev.jsonl"),
      '{"body":"one","queue":"billing"}\n{"body":"two","queue":"billing"}\n',
    );
    noteFound(folder, store);
    noteFound(folder, store);
    expect(dataVersions(store)).toMatchObject([{ rows: 1 }, { rows: 2, added: 1, from: null }]);
  });

  it("moves no own row to another part, least of all one of the test", async () => {
    const before = split(await importFiles(task, folder), task);
    const { examples } = await importFiles(task, folder);
    const sealed = examples[before.test[0]];
    await add([
      { body: `${sealed.text}!`, queue: sealed.target },
      { body: "a b c d", queue: "billing" },
    ]);
    await add([{ body: "quite another thing", queue: "delivery" }], "train");
    const dataset = await importFiles(task, folder);
    const after = split(dataset, task);
    const own = (rows: readonly number[]): number[] => rows.filter((row) => row < examples.length);
    expect(after.test).toEqual(before.test);
    expect(own(after.dev)).toEqual(before.dev);
    expect(own(after.train)).toEqual(before.train);
    const partOf = (text: string): string[] => {
      const row = dataset.examples.findIndex((example) => example.text === text);
      return (["train", "dev", "test"] as const).filter((part) => after[part].includes(row));
    };
    expect(partOf("a b c d")).toEqual(["dev"]);
    expect(partOf("quite another thing")).toEqual(["train"]);
    // Close to a row of the test: in no part.
    expect(partOf(`${sealed.text}!`)).toEqual([]);
    expect(after.report.remarks.join()).toContain("the test stays sealed");
  });
});
