import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../base/files.ts";
import { float32 } from "../../base/tensor.ts";
import { builder } from "../../graph/build.ts";
import { toOnnx } from "../../graph/wire/write.ts";
import { printBytes } from "../../base/print.ts";
import { openEngine } from "../../workbench/open.ts";
import { openTaskStore } from "../../workbench/open-store.ts";
import { faultOf } from "./exit.ts";

/** One thing that whittle needs of the machine. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What would not work, and what to do about it; null where all is well. */
  readonly trouble: string | null;
}

const MAJORS = [20, 22, 24, 26];
const MEMORY = 2e9;
const DISK = 1e9;

/** Tries what the whole way needs: each thing is done once, not guessed from a version. */
export async function checkup(folder: string): Promise<Finding[]> {
  return [
    node(),
    await tried("engine", "no model can be trained or run", engine),
    await tried("store", "nothing can be remembered between runs", async () => store()),
    atLeast("memory", `${printBytes(freemem())} free of ${printBytes(totalmem())}`, totalmem(), MEMORY),
    { name: "threads", ok: true, found: String(availableParallelism()), trouble: null },
    await tried("disk", "no task can be written here", async () => disk(folder)),
  ];
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  const ok = MAJORS.includes(major);
  const trouble = ok ? null : `whittle is tested on Node ${MAJORS.join(", ")}; install one of these if something fails`;
  return { name: "node", ok, found: process.versions.node, trouble };
}

/** Runs a program of one addition. */
async function engine(): Promise<string> {
  const doubling = builder("checkup");
  const x = doubling.input("x", "float32", [2]);
  doubling.output("y", doubling.op("Add", [x, x]));
  const door = openEngine();
  try {
    const program = await door.load(toOnnx(doubling.finish()), { thread: "worker" });
    const { y } = await program.run({ x: float32([2], [1, 2]) });
    if (y.data[1] !== 4) throw new Error(`2 + 2 gave ${String(y.data[1])}`);
    return `${door.name} ${door.version}`;
  } finally {
    await door.close();
  }
}

function store(): string {
  const folder = mkdtempSync(join(tmpdir(), "whittle-"));
  try {
    const opened = openTaskStore(folder);
    opened.remember("checkup", "key", { well: true });
    const found = opened.recall<{ well: boolean }>("checkup", "key");
    opened.close();
    if (found?.well !== true) throw new Error("what was remembered could not be recalled");
    return "a record was written and read back";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function disk(folder: string): string {
  const probe = join(folder, `.whittle-probe-${process.pid}`);
  writeWhole(probe, "probe");
  rmSync(probe);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < DISK) throw new Error(`only ${printBytes(bavail * bsize)} are free`);
  return `${printBytes(bavail * bsize)} free`;
}

function atLeast(name: string, found: string, value: number, least: number): Finding {
  const ok = value >= least;
  return { name, ok, found, trouble: ok ? null : `the larger tasks want ${printBytes(least)}` };
}

async function tried(name: string, without: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, found: await attempt(), trouble: null };
  } catch (error) {
    const fault = faultOf(error);
    const remedy = fault.code === "internal/error" ? "" : `; ${fault.remedy}`;
    return { name, ok: false, found: fault.message, trouble: `${without}${remedy}` };
  }
}
