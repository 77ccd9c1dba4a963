import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonical } from "../base/hash.ts";
import { writePrivate } from "../base/files.ts";
import type { Engine } from "../engine/port.ts";
import { signEnvelope } from "../packfile/envelope.ts";
import { newKeys, readPrivateKey, readPublicKey } from "../packfile/keys.ts";
import { readPack } from "../packfile/read.ts";
import { writePack } from "../packfile/write.ts";
import type { Manifest } from "../record/manifest.ts";
import type { PackCard } from "../record/pack.ts";
import { openPack } from "./pack.ts";
import { receiptOf, receiptPath, signReceipt } from "./receipt.ts";

const engine: Engine = {
  name: "none",
  version: "0",
  load: () => Promise.reject(new Error("rules need no engine")),
  close: async () => undefined,
};

const manifest: Manifest = {
  kind: "classify",
  program: { type: "rules", rules: [], otherwise: { label: 0, precision: 0.6 } },
  inputs: [],
  labels: ["a", "b"],
  temperature: 1,
  scopeThreshold: null,
  maxTextLength: 100,
};

const card: PackCard = {
  format: 1,
  whittle: "0.1.0",
  engine: "none 0",
  task: { name: "t", kind: "classify", about: "", columns: { text: "text", label: "label" } },
  labels: { a: "", b: "" },
  recipe: { rung: "baseline", settings: { rules: 3 }, seed: 1 },
  precision: "fp32",
  held: true,
  bar: ["accuracy ≥ 0.5 (interval's lower end)"],
  quality: { test: { accuracy: { value: 0.6, low: 0.5, high: 0.7, n: 100, level: 0.95, method: "wilson" } } },
  evaluated: { test: { rows: 100, sha256: "ab".repeat(32) } },
  trainedOn: { rows: 400 },
};

let folder: string;
let pack: string;
const keys = newKeys();
const requireReceipt = keys.public.text;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-receipt-"));
  pack = join(folder, "t.whittle");
  write(card);
  seal();
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(as: PackCard): void {
  const part = (name: string, value: unknown) => ({ name, bytes: new TextEncoder().encode(canonical(value)) });
  writePack(pack, [part("pack.json", as), part("model.json", manifest), part("sample.json", [])]);
}

function seal(): void {
  writeFileSync(receiptPath(pack), signReceipt(receiptOf(readPack(pack), card, engine), new Date(0), keys.privatePem));
}

async function codeOf(key = requireReceipt): Promise<string> {
  return openPack(pack, engine, { requireReceipt: key }).then(
    () => "opened",
    (fault: { code: string }) => fault.code,
  );
}

/** Every way of changing one leaf of a JSON value. */
function* changes(value: unknown, path = ""): Generator<{ path: string; value: unknown }> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const c of changes(item, `${path}[${i}]`)) yield { path: c.path, value: value.with(i, c.value) };
    yield { path: `${path}[+]`, value: [...(value as unknown[]), null] };
  } else if (value !== null && typeof value === "object") {
    for (const [name, item] of Object.entries(value))
      for (const c of changes(item, `${path}.${name}`)) yield { path: c.path, value: { ...value, [name]: c.value } };
    yield { path: `${path}.more`, value: { ...value, more: 1 } };
  } else if (typeof value === "number") yield { path, value: value + 1 };
  else if (typeof value === "boolean") yield { path, value: !value };
  else yield { path, value: `${String(value)}x` };
}

describe("a pack with a receipt", () => {
  it("opens for the key that signed it, in either form, and without one where none is asked", async () => {
    expect(await codeOf()).toBe("opened");
    expect(await codeOf(keys.publicPem)).toBe("opened");
    rmSync(receiptPath(pack));
    await (await openPack(pack, engine)).close();
  });

  it("is refused without its receipt, and for another key", async () => {
    expect(await codeOf(newKeys().public.text)).toBe("receipt/foreign-key");
    expect(await codeOf("ed25519:short")).toBe("receipt/key");
    expect(await codeOf(keys.privatePem)).toBe("receipt/key");
    renameSync(receiptPath(pack), join(folder, "other.receipt.json"));
    expect(await codeOf()).toBe("receipt/missing");
  });

  it("is refused when any one field of the envelope or of what was signed is changed", async () => {
    const text = readFileSync(receiptPath(pack), "utf8");
    const envelope = JSON.parse(text) as { payload: string };
    const statement: unknown = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
    const tampered = [...changes(statement)].map(({ path, value }) => ({
      path,
      value: { ...envelope, payload: Buffer.from(canonical(value)).toString("base64") },
    }));
    expect(tampered.length).toBeGreaterThan(30);
    for (const { path, value } of [...changes(envelope, "envelope"), ...tampered]) {
      writeFileSync(receiptPath(pack), JSON.stringify(value));
      // A further signature by somebody else would be none of ours; a broken one is no envelope.
      expect(await codeOf(), path).toMatch(/^receipt\/(changed|unreadable|foreign-key)$/);
    }
    for (const spoilt of ["", "{", text.slice(0, -4), "null", "[]"]) {
      writeFileSync(receiptPath(pack), spoilt);
      expect(await codeOf(), spoilt).toBe("receipt/unreadable");
    }
  });

  it("is refused when the right key signed anything else than what is here, but for the time", async () => {
    const { signed_at, ...statement } = statementOf();
    for (const { path, value } of changes(statement)) {
      writeFileSync(receiptPath(pack), signEnvelope(TYPE, { ...(value as object), signed_at }, keys.privatePem));
      expect(await codeOf(), path).toBe(path.startsWith(".runtime") ? "receipt/runtime" : "receipt/mismatch");
    }
    writeFileSync(receiptPath(pack), signEnvelope("text/plain", { ...statement, signed_at }, keys.privatePem));
    expect(await codeOf(), "another type").toBe("receipt/unreadable");
    const later = { ...statement, signed_at: "2040-01-01T00:00:00.000Z" };
    writeFileSync(receiptPath(pack), signEnvelope(TYPE, later, keys.privatePem));
    expect(await codeOf()).toBe("opened");
  });

  it("is refused when the pack is made again to say something else", async () => {
    write({ ...card, quality: {} });
    expect(await codeOf()).toBe("receipt/mismatch");
  });
});

const TYPE = "application/vnd.whittle.receipt+json";

function statementOf(): Record<string, unknown> {
  const { payload } = JSON.parse(readFileSync(receiptPath(pack), "utf8")) as { payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString()) as Record<string, unknown>;
}

describe("keys", () => {
  it("are read back from PEM and from their short form", () => {
    expect(readPrivateKey(keys.privatePem).public.id).toBe(keys.public.id);
    expect(readPublicKey(keys.public.text).id).toBe(readPublicKey(keys.publicPem).id);
  });

  it("are written for their owner alone, and never over others", () => {
    const path = join(folder, "whittle.key");
    writePrivate(path, keys.privatePem);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => writePrivate(path, "another")).toThrow(expect.objectContaining({ code: "disk/in-the-way" }));
    expect(readFileSync(path, "utf8")).toBe(keys.privatePem);
  });
});
