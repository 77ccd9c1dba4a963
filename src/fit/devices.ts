import { Fault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";

/** A class of devices: what memory it has and how much of that one program may come to hold. */
export interface Device {
  readonly name: string;
  readonly what: string;
  /** Bytes of memory. */
  readonly memory: number;
  /** Bytes that one program may hold before the system ends it, slows it down, or refuses. */
  readonly usable: number;
  /** How `usable` is known: somebody measured it, the maker or the specification says it, or it is a share taken here. */
  readonly basis: "measured" | "documented" | "assumed";
  readonly source: string;
  /** When the source was written, or read where it bears no date. */
  readonly date: string;
}

const GB = 1e9;
const GiB = 2 ** 30;
const MiB = 2 ** 20;

const metal =
  "what a Mac's graphics may hold, recommendedMaxWorkingSetSize in llama.cpp's log, is two thirds of memory " +
  "(16 GB: 11453 MB; 32 GB: 21845 MiB, github.com/ollama/ollama/issues/434); the same share is taken for other laptops";
const system = "a tenth and 256 MB are left to a system without a desktop";
const android =
  "no limit is documented for native memory; half is taken: on 8 GB, processes that peak at 4 to 5 GB are ended (xckevin.com, Android on-device AI memory)";
const pi = "512 MB are left to the kernel and Raspberry Pi OS Lite; memory from raspberrypi.com/products";

export const devices: readonly Device[] = [
  phone(
    "iphone-4gb",
    "iPhone 12, 12 mini, 13, SE 3",
    4,
    2.1 * GB,
    "available to an app on an iPhone 12 mini (2.4 GB with the entitlement for more), github.com/allenai/OLMoE.swift/pull/38",
    "2024-11-16",
  ),
  phone(
    "iphone-6gb",
    "iPhone 12 Pro to 14 Pro, 14, 15",
    6,
    3.12 * GB,
    "available to an app on an iPhone 13 Pro (4.20 GB with the entitlement for more), github.com/a-ghorbani/pocketpal-ai/pull/651",
    "2026-03-27",
  ),
  phone(
    "iphone-8gb",
    "iPhone 15 Pro, 16 and later with 8 GB",
    8,
    3 * GB,
    "available to an app on an iPhone 15 Pro (6 GB with the entitlement for more), github.com/introlab/rtabmap/pull/1446",
    "2025-02-12",
  ),
  assumed("android-4gb", "Android phone with 4 GB", 4 * GiB, 2 * GiB, android, "2026-11"),
  assumed("android-8gb", "Android phone with 8 GB", 8 * GiB, 4 * GiB, android, "2026-11"),
  assumed("android-12gb", "Android phone with 12 GB", 12 * GiB, 6 * GiB, android, "2026-11"),
  {
    name: "browser-tab",
    what: "one tab of a desktop browser, WebAssembly with 32-bit addresses",
    memory: 4 * GiB,
    usable: 4 * GiB,
    basis: "documented",
    source: "onnxruntime.ai/docs/tutorials/web/large-models: at most 4 GB, whatever the machine has",
    date: "2026-11",
  },
  ...[2, 4, 8].map((n) =>
    assumed(`raspberry-pi-4-${n}gb`, `Raspberry Pi 4 with ${n} GB`, n * GiB, n * GiB - 512 * MiB, pi, "2026-11"),
  ),
  ...[4, 8, 16].map((n) =>
    assumed(`raspberry-pi-5-${n}gb`, `Raspberry Pi 5 with ${n} GB`, n * GiB, n * GiB - 512 * MiB, pi, "2026-11"),
  ),
  {
    name: "jetson-orin-nano",
    what: "NVIDIA Jetson Orin Nano, 8 GB that processor and graphics share",
    memory: 8 * GiB,
    usable: 5.2 * GB,
    basis: "measured",
    source: "left over by the system, ericxliu.me/posts/benchmarking-llms-on-jetson-orin-nano",
    date: "2025-10-04",
  },
  ...[8, 16, 32].map((n) =>
    assumed(`laptop-${n}gb`, `laptop with ${n} GB`, n * GiB, (n * GiB * 2) / 3, metal, "2023-08"),
  ),
  ...[2, 4, 8, 16, 32, 64].map((n) =>
    assumed(
      `server-${n}gb`,
      `small server with ${n} GB, no graphics`,
      n * GiB,
      n * GiB * 0.9 - 256 * MiB,
      system,
      "2026-11",
    ),
  ),
];

function phone(name: string, what: string, gigabytes: number, usable: number, source: string, date: string): Device {
  return { name, what, memory: gigabytes * GiB, usable, basis: "measured", source, date };
}

function assumed(name: string, what: string, memory: number, usable: number, source: string, date: string): Device {
  return { name, what, memory, usable: Math.floor(usable), basis: "assumed", source, date };
}

export function deviceNamed(name: string): Device {
  const names = devices.map((d) => d.name);
  const found = devices[names.indexOf(name.toLowerCase())] as Device | undefined;
  if (found !== undefined) return found;
  const stems = [...new Set(names.map(stemOf))];
  const stem = stems.find((s) => s.startsWith(name.toLowerCase())) ?? nearest(stemOf(name), stems);
  const sized = stemOf(name) !== name;
  const near =
    (sized ? nearest(name, names) : undefined) ?? (stem && names.filter((n) => n.startsWith(stem)).join(", "));
  throw new Fault("fit/device", {
    what: `no device is called "${name}"`,
    remedy:
      near === undefined
        ? "see whittle plan --devices, or give --memory 4GB"
        : `did you mean ${near}? (all: whittle plan --devices)`,
  });
}

/** "raspberry-pi-5" of "raspberry-pi-5-8gb". */
function stemOf(name: string): string {
  return name.replace(/-?\d+gb$/i, "");
}

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: MiB,
  gib: GiB,
  tib: 2 ** 40,
};

/** "4GB", "512 MiB", "1.5g": decimal units unless the i is written. */
export function parseMemory(text: string): number {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const named = unit?.toLowerCase() ?? "";
  const scale = units[/^[kmgt]i?$/.test(named) ? `${named}b` : named] as number | undefined;
  const bytes = Math.floor(Number(amount) * (scale ?? NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new Fault("fit/memory", {
    what: `${JSON.stringify(text)} is no amount of memory`,
    remedy: "write a number and a unit, such as 4GB, 512MB or 1.5GiB",
  });
}
