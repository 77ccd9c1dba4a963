import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caught } from "../../test/caught.ts";
import { scratch } from "../../test/scratch.ts";
import { Fault } from "./fault.ts";
import { makeFolder, readBounded, readText, sweep, systemDisk, writeWhole, type Disk } from "./files.ts";

const folder = scratch();

/** The system's disk, with its k-th call failing as the system would report it. */
function failingAt(k: number, errno: string): { disk: Disk; failed: () => string | undefined } {
  let calls = 0;
  let failed: string | undefined;
  const entries = Object.entries(systemDisk).map(([name, call]) => [
    name,
    (...args: unknown[]): unknown => {
      if (calls++ === k) {
        failed = name;
        throw Object.assign(new Error(errno), { code: errno });
      }
      return (call as (...a: unknown[]) => unknown)(...args);
    },
  ]);
  return { disk: Object.fromEntries(entries) as Disk, failed: () => failed };
}

describe("writeWhole", () => {
  it("writes text, bytes and chunks, and replaces what was there", () => {
    const path = join(folder(), "a");
    writeWhole(path, "grüß");
    expect(readFileSync(path, "utf8")).toBe("grüß");
    writeWhole(path, new Uint8Array([1, 2]));
    writeWhole(path, [new Uint8Array([3]), new Uint8Array(0), new Uint8Array([4, 5])]);
    expect([...readFileSync(path)]).toEqual([3, 4, 5]);
    expect(readdirSync(folder())).toEqual(["a"]);
  });

  it.each(["ENOSPC", "EIO", "EACCES"])(
    "leaves the old file or the new whole, and no litter, whichever call fails with %s",
    (errno) => {
      const path = join(folder(), "a");
      const seen = new Set<string>();
      for (let k = 0; ; k++) {
        writeFileSync(path, "old");
        const { disk, failed } = failingAt(k, errno);
        const chunks = [new Uint8Array([110]), new Uint8Array([101, 119])];
        try {
          writeWhole(path, chunks, disk);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          expect((error as Fault).code).toMatch(/^disk\/(full|failing|denied)$/);
          expect((error as Fault).remedy).toBeDefined();
        }
        expect(["old", "new"]).toContain(readFileSync(path, "utf8"));
        expect(readdirSync(folder())).toEqual(["a"]);
        if (failed() === undefined) break;
        seen.add(failed() as string);
      }
      expect([...seen].sort()).toEqual(["close", "open", "rename", "sync", "write"]);
    },
  );

  it("keeps writing where the system takes a few bytes at a time", () => {
    const stingy: Disk = {
      ...systemDisk,
      write: (file, bytes, at) => systemDisk.write(file, bytes.subarray(0, at + 3), at),
    };
    const content = Uint8Array.from({ length: 100 }, (_, i) => i);
    writeWhole(join(folder(), "a"), content, stingy);
    expect(new Uint8Array(readFileSync(join(folder(), "a")))).toEqual(content);
  });

  it("names a folder that is missing or in the way", () => {
    expect(caught(() => writeWhole(join(folder(), "none", "a"), "x")).code).toBe("disk/missing");
    mkdirSync(join(folder(), "b"));
    expect(caught(() => writeWhole(join(folder(), "b"), "x")).code).toBe("disk/is-a-folder");
    expect(readdirSync(folder())).toEqual(["b"]);
  });

  it("says that permission was denied", ({ skip }) => {
    if (process.getuid?.() === 0) skip("the superuser is denied nothing");
    chmodSync(folder(), 0o500);
    expect(caught(() => writeWhole(join(folder(), "a"), "x")).code).toBe("disk/denied");
    chmodSync(folder(), 0o700);
  });

  it("a real full disk: a fault, the old file and no litter", ({ skip }) => {
    const small = join(folder(), "small");
    mkdirSync(small);
    const script = `
      import { readFileSync, readdirSync } from "node:fs";
      import { writeWhole } from ${JSON.stringify(new URL("./files.ts", import.meta.url).href)};
      const path = ${JSON.stringify(join(small, "a"))};
      writeWhole(path, "old");
      try { writeWhole(path, new Uint8Array(1 << 20)); } catch (fault) { console.log(JSON.stringify([fault.code, readFileSync(path, "utf8"), readdirSync(${JSON.stringify(small)})])); }`;
    const mounted = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", small]);
    if (mounted.status !== 0) skip("this machine does not let a test mount a small disk");
    const out = execFileSync(
      "unshare",
      [
        "-rm",
        "sh",
        "-c",
        'mount -t tmpfs -o size=64k none "$0" && exec "$@"',
        small,
        process.execPath,
        "--import",
        "tsx",
        "--input-type=module",
        "-e",
        script,
      ],
      { encoding: "utf8" },
    );
    expect(JSON.parse(out)).toEqual(["disk/full", "old", ["a"]]);
  });
});

describe("reading", () => {
  it("reads what is within the bound and refuses what is not", () => {
    const path = join(folder(), "a");
    writeFileSync(path, "12345");
    const bytes = readBounded(path, 5);
    expect([...bytes]).toEqual([49, 50, 51, 52, 53]);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(caught(() => readBounded(path, 4)).code).toBe("disk/too-large");
    writeFileSync(path, "");
    expect(readBounded(path, 0).length).toBe(0);
  });

  it("bounds what has no size", ({ skip }) => {
    if (!existsSync("/dev/zero")) skip("no /dev/zero here");
    expect(caught(() => readBounded("/dev/zero", 200_000)).code).toBe("disk/too-large");
    expect(readBounded("/dev/null", 0).length).toBe(0);
  });

  it("names what cannot be read", () => {
    expect(caught(() => readBounded(join(folder(), "none"), 9)).code).toBe("disk/missing");
    expect(caught(() => readBounded(folder(), 9)).code).toBe("disk/is-a-folder");
    symlinkSync("loop", join(folder(), "loop"));
    expect(caught(() => readBounded(join(folder(), "loop"), 9)).code).toBe("disk/name");
  });

  it("takes UTF-8 alone as text", () => {
    const path = join(folder(), "a");
    writeFileSync(path, "\ufeffgrüß");
    expect(readText(path, 100)).toBe("grüß");
    writeFileSync(path, Buffer.from("grüß", "latin1"));
    expect(caught(() => readText(path, 100)).code).toBe("disk/not-utf8");
  });
});

describe("folders", () => {
  it("makes a folder and those above it, once", () => {
    const deep = join(folder(), "a", "b", "c");
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
    writeFileSync(join(folder(), "file"), "");
    expect(caught(() => makeFolder(join(folder(), "file", "x"))).code).toBe("disk/missing");
    expect(caught(() => makeFolder(join(folder(), "file"))).code).toBe("disk/in-the-way");
  });

  it("sweeps what dead processes left and nothing else", () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const kept = ["mine.tmp", `.whittle-${process.pid}-0-0.tmp`];
    for (const name of [...kept, `.whittle-${dead}-0-3.tmp`]) writeFileSync(join(folder(), name), "");
    expect(sweep(folder())).toBe(1);
    expect(readdirSync(folder()).sort()).toEqual(kept.sort());
  });
});
