import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readParquet } from "./parquet.ts";
import { unpackParquet } from "./parquet-unpack.ts";

// Columns body, queue (texts) and year (int32); four rows, the third with an empty body.
const parquet = (): Buffer =>
  Buffer.from(
    "UEFSMRUGFYQBFYoBXBUIFQAVCBUAFQQVAAAAAw9A8D8VAAAAbXkgY2FyZCB3YXMgc3dhbGxvd2VkEgAAAHdoZXJlIGlzIG15IHJlZnVuZAAAAAAJ" +
      "AAAAY2FyZCBsb3N0FQYVSBVEXBUIFQAVCBUAFQQVAAAAAw8iSAQAAABjYXJkBgAAAHJlZnVuZAQNEhwEAAAAY2FyZBUGFSQVKFwVCBUAFQgVABUE" +
      "FQAAAAMPEDzoBwAA6QcAAOoHAADoBwAAFQQZTEgEcm9vdBUGABUMJQIYBGJvZHklAAAVDCUCGAVxdWV1ZSUAABUCJQIYBHllYXIAFggZHBk8Jggc" +
      "FQwZFQAZGARib2R5FQIWCBayARa4ASYIPDYAKBB3aGVyZSBpcyBteSByZWZ2GAASABkcFQYVABUCAAAAJsABHBUMGRUAGRgFcXVldWUVAhYIFnIW" +
      "bibAATw2ACgGcmVmdW5kGARjYXJkABkcFQYVABUCAAAAJq4CHBUCGRUAGRgEeWVhchUCFggWThZSJq4CPDYAKATqBwAAGAToBwAAABkcFQYVABUC" +
      "AAAAFvICFgg2+AIAKAloeXBhcnF1ZXQZPBwAABwAABwAAAAHAQAAUEFSMQ==",
    "base64",
  );

test("columns and rows, by number", async () => {
  const { columns, rows } = await readParquet(parquet(), "a.parquet");
  expect(columns).toEqual(["body", "queue", "year"]);
  expect(rows).toEqual([
    { line: 1, cells: { body: "my card was swallowed", queue: "card", year: 2024 } },
    { line: 2, cells: { body: "where is my refund", queue: "refund", year: 2025 } },
    { line: 3, cells: { body: "", queue: "card", year: 2026 } },
    { line: 4, cells: { body: "card lost", queue: "card", year: 2024 } },
  ]);
});

test("a file cut short is refused", async () => {
  await expect(readParquet(parquet().subarray(0, 300), "a.parquet")).rejects.toMatchObject({
    code: "data/parquet",
    where: "a.parquet",
  });
});

const built = existsSync(new URL("../../../dist/stages/data/parquet-worker.js", import.meta.url));

test.skipIf(!built)(
  "a Parquet file that sends its reader in circles is refused (needs the build's worker)",
  async () => {
    const bytes = parquet();
    bytes[112] = 175;
    await expect(readParquet(bytes, "a.parquet", 500)).rejects.toMatchObject({
      code: "data/parquet",
      why: "its reader was not done within 500 ms",
    });
  },
);

test("a Parquet file damaged elsewhere is read or refused, and never a crash", async () => {
  for (const at of [5, 20, 60, 150, 200, 250, 300, 400, 455]) {
    const bytes = parquet();
    bytes[at] ^= 0x55;
    const outcome = await unpackParquet(bytes);
    expect("rows" in outcome || outcome.refused === "damaged").toBe(true);
  }
});
