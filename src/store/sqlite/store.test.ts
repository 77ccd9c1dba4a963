import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { caught } from "../../../test/caught.ts";
import { scratch } from "../../../test/scratch.ts";
import { databaseFault, openDatabase } from "./database.ts";
import { openStore } from "./store.ts";

const folder = scratch();

const indexPath = (): string => join(folder(), ".whittle", "index.sqlite");
const blobPath = (name: string): string => join(folder(), ".whittle", "blobs", name.slice(0, 2), name);

/** A store with one record and one blob, closed. */
function made(): string {
  const store = openStore(folder(), { mode: "write" });
  store.remember("split", "k", { rows: [1, 2] });
  const name = store.blobs.put(new Uint8Array([1, 2, 3]));
  store.close();
  return name;
}

describe("a store on disk", () => {
  it("is there the next time, with its order", () => {
    const name = made();
    const store = openStore(folder(), { mode: "write" });
    store.remember("split", "k2", null);
    expect(store.list("split").map((r) => r.key)).toEqual(["k", "k2"]);
    expect([...store.blobs.get(name)]).toEqual([1, 2, 3]);
    expect(store.log()).toHaveLength(2);
    store.close();
  });

  it("is complete in its one file once closed", () => {
    made();
    const copy = join(folder(), "copy");
    mkdirSync(join(copy, ".whittle"), { recursive: true });
    copyFileSync(indexPath(), join(copy, ".whittle", "index.sqlite"));
    const store = openStore(copy, { mode: "read" });
    expect(store.recall("split", "k")).toEqual({ rows: [1, 2] });
    store.close();
  });

  it("never uses a damaged blob, and mends it when the same bytes are stored again", () => {
    const name = made();
    writeFileSync(blobPath(name), new Uint8Array([1, 2, 4]));
    const store = openStore(folder(), { mode: "write" });
    const fault = caught(() => store.blobs.get(name));
    expect(fault.code).toBe("store/damaged-blob");
    expect(fault.message).toContain(name);
    expect(fault.where).toBe(blobPath(name));
    expect(store.blobs.put(new Uint8Array([1, 2, 3]))).toBe(name);
    expect([...store.blobs.get(name)]).toEqual([1, 2, 3]);
    store.close();
  });

  it("never uses a record that changed where it lies", () => {
    made();
    const index = openDatabase(indexPath(), 0);
    index.run("UPDATE record SET text = ?", '{"rows":[1,3]}');
    index.close();
    const store = openStore(folder(), { mode: "read" });
    expect(caught(() => store.recall("split", "k")).code).toBe("store/damaged-record");
    expect(caught(() => store.list("split")).code).toBe("store/damaged-record");
    store.close();
  });

  it("refuses a store of a newer version, and leaves it as it was", () => {
    made();
    const index = openDatabase(indexPath(), 0);
    index.run("INSERT INTO migration (version, name, at) VALUES (99, 'later', '')");
    index.script("DROP TABLE record; DROP TABLE writer");
    index.close();
    for (const mode of ["write", "read"] as const) {
      const fault = caught(() => openStore(folder(), { mode }));
      expect(fault.code).toBe("store/newer");
      expect(fault.why).toContain("99");
    }
  });

  it("refuses an index that is no database", () => {
    mkdirSync(join(folder(), ".whittle"));
    writeFileSync(indexPath(), "no database, though long enough to be taken for one".repeat(100));
    expect(caught(() => openStore(folder(), { mode: "write" })).code).toBe("store/damaged-index");
    expect(caught(() => openStore(folder(), { mode: "read" })).code).toBe("store/damaged-index");
  });

  it("says so when the index cannot be written, by whichever of SQLite's codes", () => {
    const told = (rawCode: number): unknown =>
      databaseFault(
        Object.assign(new Error("attempt to write"), { code: `UNKNOWN_SQLITE_ERROR_${rawCode}`, rawCode }),
        "x",
      );
    for (const code of [8, 1032, 1288, 1544]) expect(told(code)).toMatchObject({ code: "disk/denied", where: "x" });
    expect(told(13)).toMatchObject({ code: "disk/full" });
    expect(told(1)).not.toBeInstanceOf(Fault);
  });

  it("says so when nothing was made yet, and makes nothing by reading", () => {
    expect(caught(() => openStore(folder(), { mode: "read" })).code).toBe("store/none");
    expect(existsSync(join(folder(), ".whittle"))).toBe(false);
    mkdirSync(join(folder(), ".whittle"));
    writeFileSync(indexPath(), "");
    expect(caught(() => openStore(folder(), { mode: "read" })).code).toBe("store/none");
  });

  it("says so when the folder cannot hold a store", () => {
    writeFileSync(join(folder(), "file"), "");
    expect(caught(() => openStore(join(folder(), "file"), { mode: "write" })).code).toBe("disk/missing");
    writeFileSync(join(folder(), ".whittle"), "");
    expect(caught(() => openStore(folder(), { mode: "write" })).code).toBe("disk/missing");
  });

  it.skipIf(process.seteuid === undefined)("reads where it may not write, and says so where it would", () => {
    made();
    const store = join(folder(), ".whittle");
    const root = process.geteuid?.() === 0;
    chmodSync(folder(), 0o755);
    chmodSync(store, 0o555);
    if (root) process.seteuid?.(65534);
    try {
      const reader = openStore(folder(), { mode: "read" });
      expect(reader.recall("split", "k")).toEqual({ rows: [1, 2] });
      reader.close();
      expect(caught(() => openStore(folder(), { mode: "write" })).code).toBe("disk/denied");
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(store, 0o755);
    }
  });

  it("reads beside a writer, and sees what it acknowledged", () => {
    const writer = openStore(folder(), { mode: "write" });
    const reader = openStore(folder(), { mode: "read" });
    writer.remember("split", "k", 1);
    const name = writer.blobs.put(new Uint8Array([7]));
    expect(reader.recall("split", "k")).toBe(1);
    expect([...reader.blobs.get(name)]).toEqual([7]);
    const acts = [
      (): unknown => reader.remember("split", "k", 2),
      (): unknown => reader.forget("split", "k"),
      (): unknown => reader.blobs.put(new Uint8Array([8])),
      (): unknown => reader.blobs.delete(name),
    ];
    for (const act of acts) expect(caught(act).code).toBe("store/read-only");
    reader.close();
    writer.close();
  });

  it("has one writer at a time, within a process too", () => {
    const writer = openStore(folder(), { mode: "write" });
    const fault = caught(() => openStore(folder(), { mode: "write" }));
    expect(fault.code).toBe("store/busy");
    expect(fault.why).toContain(`process ${process.pid} `);
    writer.close();
    openStore(folder(), { mode: "write" }).close();
  });

  it("is held while another process holds it, and free the moment that is killed", async () => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL("./store.ts", import.meta.url).href)};
      openStore(${JSON.stringify(folder())}, { mode: "write" }).remember("split", "k", 1);
      process.stdout.write("held");
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    await once(holder.stdout, "data");
    const fault = caught(() => openStore(folder(), { mode: "write" }));
    expect(fault.code).toBe("store/busy");
    expect(fault.why).toContain(`process ${holder.pid} `);
    const reader = openStore(folder(), { mode: "read" });
    expect(reader.recall("split", "k")).toBe(1);
    reader.close();
    holder.kill("SIGKILL");
    await once(holder, "close");
    const store = openStore(folder(), { mode: "write" });
    expect(store.recall("split", "k")).toBe(1);
    store.close();
  });
});
