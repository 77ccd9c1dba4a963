import fs from "node:fs";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { Fault, type FaultCode } from "./fault.ts";

/**
 * Files are written whole or not at all, and read only as far as the caller said it can hold.
 * Everything the operating system refuses leaves here as a fault with a remedy.
 */

/** The calls that writing needs, as a port: a test makes each of them fail in turn. */
export interface Disk {
  readonly open: (path: string, flags: string) => number;
  readonly write: (file: number, bytes: Uint8Array, offset: number) => number;
  readonly sync: (file: number) => void;
  readonly close: (file: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
}

export const systemDisk: Disk = {
  open: (path, flags) => fs.openSync(path, flags),
  write: (file, bytes, offset) => fs.writeSync(file, bytes, offset, Math.min(bytes.length - offset, maxTransfer)),
  sync: (file) => fs.fsyncSync(file),
  close: (file) => fs.closeSync(file),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
};

/** One system call moves at most 2³¹ − 1 bytes. */
const maxTransfer = 1 << 30;

let written = 0;

/**
 * A file that comes to be piece by piece under a temporary name beside `path`. `finish`: fsync, rename, fsync of the
 * folder; whoever opens `path` sees the old content or the new, never a part, and the new one survives a power cut.
 * When a call throws, or after `abandon`, the old file is as it was and the temporary one is gone. A symbolic link at
 * `path` is replaced, not followed.
 */
export interface WholeFile {
  readonly write: (bytes: Uint8Array) => void;
  readonly finish: () => void;
  /** Does nothing once the file is finished. */
  readonly abandon: () => void;
}

export function openWhole(path: string, disk = systemDisk): WholeFile {
  const folder = dirname(path);
  const temporary = join(folder, `.whittle-${process.pid}-${threadId}-${written++}.tmp`);
  let file: number | undefined;
  let made = false;
  const abandon = (): void => {
    const open = file;
    file = undefined;
    if (open !== undefined) quietly(() => disk.close(open));
    if (made) quietly(() => disk.remove(temporary));
    made = false;
  };
  const orAbandon = (act: () => void): void => {
    try {
      act();
    } catch (cause) {
      abandon();
      throw diskFault(cause, "write", path);
    }
  };
  orAbandon(() => {
    file = disk.open(temporary, "wx");
    made = true;
  });
  return {
    write: (bytes) =>
      orAbandon(() => {
        for (let offset = 0; offset < bytes.length;) offset += disk.write(file as number, bytes, offset);
      }),
    finish: () =>
      orAbandon(() => {
        const finished = file as number;
        disk.sync(finished);
        file = undefined;
        disk.close(finished);
        disk.rename(temporary, path);
        made = false;
        syncFolder(folder, disk);
      }),
    abandon,
  };
}

/** Puts a whole file at `path`, as `openWhole` promises. */
export function writeWhole(path: string, content: string | Uint8Array | Iterable<Uint8Array>, disk = systemDisk): void {
  const file = openWhole(path, disk);
  try {
    for (const chunk of chunksOf(content)) file.write(chunk);
    file.finish();
  } catch (cause) {
    file.abandon();
    throw cause;
  }
}

/** Puts a new file at `path` that its owner alone can read; one that is there stays, and is a fault. */
export function writePrivate(path: string, text: string): void {
  try {
    const file = fs.openSync(path, "wx", 0o600);
    try {
      fs.writeFileSync(file, text);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    syncFolder(dirname(path), systemDisk);
  } catch (cause) {
    throw diskFault(cause, "write", path);
  }
}

/** Makes a folder and those above it; each new name is on disk when this returns. */
export function makeFolder(path: string): void {
  try {
    const first = fs.mkdirSync(path, { recursive: true });
    if (first === undefined) return;
    for (let made = path; ; made = dirname(made)) {
      syncFolder(dirname(made), systemDisk);
      if (made === first || made === dirname(made)) return;
    }
  } catch (cause) {
    throw diskFault(cause, "make", path);
  }
}

/** The bytes of a file, refused before anything is allocated when there are more than `maxBytes`. */
export function readBounded(path: string, maxBytes: number): Uint8Array {
  let file: number | undefined;
  try {
    file = fs.openSync(path, "r");
    const stat = fs.fstatSync(file);
    if (stat.isDirectory()) throw isAFolder(path);
    if (!stat.isFile()) return readStream(file, path, maxBytes);
    if (stat.size > maxBytes) throw tooLarge(path, `${stat.size} bytes`, maxBytes);
    // A plain Uint8Array on memory of its own: a Buffer's slice() would share where Uint8Array's copies.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(stat.size).buffer);
    if (fill(file, bytes) < bytes.length || fill(file, new Uint8Array(1)) > 0) {
      throw new Fault("disk/changed", {
        what: `${path} changed while it was being read`,
        remedy: "wait until the program that writes it is done, then start again",
      });
    }
    return bytes;
  } catch (cause) {
    throw diskFault(cause, "read", path);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** The text of a file that must be UTF-8; a byte order mark is dropped. */
export function readText(path: string, maxBytes: number): string {
  const bytes = readBounded(path, maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault("disk/not-utf8", {
      what: `${path} is not UTF-8 text`,
      remedy: "save it as UTF-8, for example with: iconv -f latin1 -t utf-8",
      cause,
    });
  }
}

/** Removes the temporary files that processes no longer alive left in a folder. Returns how many there were. */
export function sweep(folder: string): number {
  let swept = 0;
  try {
    for (const name of fs.readdirSync(folder)) {
      const owner = /^\.whittle-(\d+)-\d+-\d+\.tmp$/.exec(name)?.[1];
      if (owner === undefined || isAlive(Number(owner))) continue;
      fs.rmSync(join(folder, name), { force: true });
      swept++;
    }
  } catch (cause) {
    throw diskFault(cause, "tidy", folder);
  }
  return swept;
}

const letters: Readonly<Record<string, readonly [code: FaultCode, why: string, remedy: string]>> = {
  ENOSPC: ["disk/full", "the disk is full", "free some space, then start again: nothing already made is lost"],
  EDQUOT: ["disk/full", "the disk quota is used up", "free some space, then start again: nothing already made is lost"],
  EFBIG: [
    "disk/full",
    "the file would be larger than this system allows",
    "raise the limit (ulimit -f), then start again",
  ],
  EACCES: ["disk/denied", "permission was denied", "give yourself the right to it, or choose another folder"],
  EPERM: ["disk/denied", "permission was denied", "give yourself the right to it, or choose another folder"],
  EROFS: ["disk/denied", "the file system is read-only", "choose a folder that can be written to"],
  ENOENT: ["disk/missing", "there is no such file or folder", "check the spelling and the folder you are in"],
  ENOTDIR: ["disk/missing", "a part of the path is not a folder", "check the spelling and the folder you are in"],
  EISDIR: ["disk/is-a-folder", "it is a folder", "name a file"],
  EEXIST: ["disk/in-the-way", "something else already has that name", "move it away, or choose another name"],
  ENAMETOOLONG: ["disk/name", "the name is too long", "choose a shorter name"],
  ELOOP: ["disk/name", "its symbolic links lead in a circle", "mend the links"],
  EMFILE: ["disk/too-many-open", "too many files are open", "raise the limit (ulimit -n), then start again"],
  ENFILE: ["disk/too-many-open", "too many files are open", "close other programs, then start again"],
  EIO: ["disk/failing", "the disk reported an error", "check the disk's health before you trust it further"],
};

/** The letter for what the operating system answered; a fault passes through unchanged. */
export function diskFault(cause: unknown, doing: string, path: string): Fault {
  if (cause instanceof Fault) return cause;
  const errno = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  if (errno === undefined) throw cause;
  const [code, why, remedy] = letters[errno] ?? [
    "disk/failed",
    `the system answered ${errno}`,
    "mend that, then start again",
  ];
  return new Fault(code, { what: `could not ${doing} ${path}`, where: path, why, remedy, cause });
}

function chunksOf(content: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Makes the names in a folder durable. Windows has no such call and needs none. */
function syncFolder(folder: string, disk: Disk): void {
  if (process.platform === "win32") return;
  const handle = disk.open(folder, "r");
  try {
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
}

/** Reads until the array is full or the file ends; the bytes read. */
function fill(file: number, bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const n = fs.readSync(file, bytes, offset, Math.min(bytes.length - offset, maxTransfer), null);
    if (n === 0) break;
    offset += n;
  }
  return offset;
}

/** A pipe has no size to ask for: it is read a piece at a time, up to the bound. */
function readStream(file: number, path: string, maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const piece = new Uint8Array(65536);
    const n = fill(file, piece);
    total += n;
    if (total > maxBytes) throw tooLarge(path, "more", maxBytes);
    pieces.push(piece.subarray(0, n));
    if (n < piece.length) break;
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function tooLarge(path: string, has: string, maxBytes: number): Fault {
  return new Fault("disk/too-large", {
    what: `${path} is too large to read`,
    where: path,
    why: `at most ${maxBytes} bytes are read here, and it has ${has}`,
    remedy: "split it, or name a smaller file",
  });
}

function isAFolder(path: string): Fault {
  const [code, why, remedy] = letters.EISDIR;
  return new Fault(code, { what: `could not read ${path}`, where: path, why, remedy });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** On the way out of a failure: the failure itself is the news, not what follows from it. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // The first failure is reported.
  }
}
