import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { csvOf, easyRows, emptyFolder, faultOf, whittle } from "./whittle.ts";

/** Signing a pack, and asking for the receipt wherever a pack is opened. */
describe("receipts", () => {
  it("are signed beside the pack and asked for by predict, evaluate and serve", { timeout: 60_000 }, async () => {
    const cwd = emptyFolder();
    const w = (...args: string[]) => whittle(args, { cwd });
    writeFileSync(join(cwd, "rows.csv"), csvOf(easyRows(40)));
    await w("init", "t", "--kind", "classify", "--from", "rows.csv", "--text", "body", "--label", "queue");
    const made = await w("make", "t", "--rungs", "baseline", "--quiet");
    expect([0, 100], made.err).toContain(made.code);

    const keys = await w("keys", "new", "--out", "keys", "--json");
    const { key } = JSON.parse(keys.out) as { key: string };
    expect(key).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=$/);
    if (process.platform !== "win32") expect(statSync(join(cwd, "keys/whittle.key")).mode & 0o777).toBe(0o600);
    expect(faultOf(await w("keys", "new", "--out", "keys", "--json"))).toMatchObject({ code: "disk/in-the-way" });

    const asks = (by: string): string[][] => [
      ["predict", "t/t.whittle", "my parcel", "--json", "--require-receipt", by],
      ["evaluate", "t/t.whittle", "--data", "rows.csv", "--json", "--require-receipt", by],
      ["serve", "t/t.whittle", "--port", "0", "--json", "--require-receipt", by],
    ];
    for (const ask of asks(key)) expect(faultOf(await w(...ask)), ask[0]).toMatchObject({ code: "receipt/missing" });

    const signed = await w("sign", "t/t.whittle", "--key", "keys/whittle.key", "--json");
    expect(JSON.parse(signed.out), signed.err).toMatchObject({ receipt: "t/t.receipt.json", publicKey: key });
    for (const by of [key, "keys/whittle.pub"]) {
      for (const ask of asks(by).slice(0, 2)) expect((await w(...ask)).code, `${ask[0]} ${by}`).toBe(0);
    }

    await w("keys", "new", "--out", "others");
    for (const ask of asks("others/whittle.pub")) {
      expect(faultOf(await w(...ask)), ask[0]).toMatchObject({ code: "receipt/foreign-key" });
    }
    // Another pack under the same name: whole in itself, and not the one that was signed.
    copyFileSync(join(cwd, "t/t.whittle"), join(cwd, "before.whittle"));
    await w("make", "t", "--rungs", "baseline", "--seed", "2", "--quiet");
    expect(readFileSync(join(cwd, "t/t.whittle")).equals(readFileSync(join(cwd, "before.whittle")))).toBe(false);
    expect(faultOf(await w(...asks(key)[0]))).toMatchObject({ code: "receipt/mismatch" });
  });
});
