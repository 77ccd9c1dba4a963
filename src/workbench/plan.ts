import { openSync, readSync, closeSync, statSync } from "node:fs";
import { Fault } from "../base/fault.ts";
import type { CachePrecision } from "../fit/cache.ts";
import { type Device, deviceNamed, parseMemory } from "../fit/devices.ts";
import { type Plan, planFit } from "../fit/plan.ts";
import type { ModelHeader } from "../model/readers/header.ts";
import { skimOnnx } from "../model/readers/onnx.ts";
import { readModelHeader } from "../model/readers/open.ts";
import { bytesSource } from "../model/readers/source.ts";
import { magic } from "../packfile/layout.ts";
import { readPack } from "../packfile/read.ts";

export interface PlanQuestion {
  /** A profile's name; else `memory`. */
  readonly device?: string;
  readonly memory?: string;
  readonly context?: number;
  readonly batch?: number;
  readonly cache?: CachePrecision;
}

export interface PlannedModel {
  readonly model: string;
  /** null where an amount of memory was given. */
  readonly device: Device | null;
  readonly plan: Plan;
}

/** Holds a model's header against a device or an amount of memory. No weight is loaded; of a pack every byte is checked. */
export function planModel(path: string, { device, memory, ...options }: PlanQuestion): PlannedModel {
  if ((device === undefined) === (memory === undefined)) {
    throw new Fault("usage/budget", {
      what:
        device === undefined
          ? "nothing is said about where the model is to run"
          : "both a device and a memory are given",
      remedy: "give --device NAME (whittle plan --devices lists them) or --memory SIZE, such as --memory 4GB",
    });
  }
  const profile = device === undefined ? null : deviceNamed(device);
  const budget = profile?.usable ?? parseMemory(memory as string);
  const { header, held } = isPack(path) ? packHeader(path) : { header: readModelHeader(path), held: undefined };
  return { model: path, device: profile, plan: planFit(header, { ...options, budget, held }) };
}

function isPack(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const start = new Uint8Array(magic.length - 1);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return new TextDecoder().decode(start) === magic.slice(0, -1);
}

/** A pack is read into memory whole, checked, and stays there: its program is loaded from those bytes. */
function packHeader(path: string): { header: ModelHeader; held: number } {
  const pack = readPack(path);
  const programs = [...pack.parts].filter(([name]) => name.endsWith(".onnx"));
  const headers = programs.map(([name, bytes]) =>
    skimOnnx(bytesSource(`${path}, part ${name}`, bytes), (location) => {
      throw new Fault("model/external", {
        what: `the part ${name} names ${JSON.stringify(location)} as a file of its own`,
        where: path,
        remedy: "make the pack again: a pack holds all that it needs",
      });
    }),
  );
  if (headers.length === 1) return { header: { ...headers[0], fileBytes: pack.size }, held: pack.size };
  // A pack of rules has no program: what it needs is the runtime and itself.
  const none = { opset: 0, inputs: [], outputs: [], nodes: [], constants: new Map(), noted: new Map() };
  const tensors = headers.flatMap((header) => header.tensors);
  const program = headers.length === 0 ? none : headers.map((h) => h.program ?? none).reduce(larger);
  return { header: { format: "onnx", fileBytes: pack.size, tensors, architecture: null, program }, held: pack.size };
}

type ProgramOf = NonNullable<ModelHeader["program"]>;

/** Programs of one pack run one after another: the one with more operations stands for both. */
function larger(a: ProgramOf, b: ProgramOf): ProgramOf {
  return a.nodes.length >= b.nodes.length ? a : b;
}
