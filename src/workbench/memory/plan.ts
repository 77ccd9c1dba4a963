import { Fault } from "../../base/fault.ts";
import type { CachePrecision } from "../../fit/cache.ts";
import { type Device, deviceNamed, parseMemory } from "../../fit/devices.ts";
import { type Plan, planFit, type PlanOptions } from "../../fit/plan.ts";
import { readModelHeader } from "../../model/readers/open.ts";
import { isPack } from "../../packfile/read.ts";
import { SERVES } from "./budget.ts";
import { GARBAGE_BYTES, LEAST_TEXT, leastRunning, packHeader } from "./plan-pack.ts";

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
  const header = isPack(path) ? undefined : readModelHeader(path);
  const plan =
    header === undefined ? planOfPack(path, { ...options, budget }) : planFit(header, { ...options, budget });
  return { model: path, device: profile, plan };
}

/** A pack as `whittle serve` runs it, which with as much memory as the plan says takes it. */
function planOfPack(path: string, options: PlanOptions): Plan {
  const planned = packHeader(path);
  const pack = {
    ...planned.packed,
    garbage: GARBAGE_BYTES.bounded,
    leastRunning: (characters: number) => Math.ceil(SERVES * leastRunning(planned, Math.max(LEAST_TEXT, characters))),
  };
  return planFit(planned.header, { ...options, pack });
}
