import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { KindName, Margins } from "../../record/task.ts";
import { limitForms, parseLimit } from "./limit.ts";

/** How much worse a change may be when nobody said. */
export const defaultMargins: Margins = {
  accuracy: 0.01,
  macro_f1: 0.02,
  span_f1: 0.01,
  record_exact: 0.02,
  leaks: 0.01,
  brier: 0.01,
  risk_coverage: 0.01,
  slices: 0.1,
  latency: 0.25,
  size: 0.1,
  memory: 0.25,
};

const everywhere = ["brier", "risk_coverage", "slices", "latency", "size", "memory"] as const;

/** The margins that a kind has a use for. */
const names: Readonly<Record<KindName, readonly (keyof Margins)[]>> = {
  classify: ["accuracy", "macro_f1", ...everywhere],
  extract: ["span_f1", "record_exact", ...everywhere],
  redact: ["span_f1", "record_exact", "leaks", ...everywhere],
};

/** As whittle.yaml writes them: those of the kind. */
export function writtenMargins(margins: Margins, kind: KindName): Partial<Margins> {
  return Object.fromEntries(names[kind].map((name) => [name, margins[name]]));
}

/** The margins that whittle.yaml writes, the others at their default. `where` finds the place of a key in a fault. */
export function marginsOf(
  written: Readonly<Record<string, string | number>>,
  kind: KindName,
  where: (name: string) => string,
): Margins {
  const given: Partial<Record<keyof Margins, number>> = {};
  for (const [name, limit] of Object.entries(written)) {
    const known = names[kind].find((margin) => margin === name);
    if (known === undefined) throw unknownMargin(name, names[kind], where(name));
    const value = parseLimit(limit, "share");
    if (value === null) {
      throw new Fault("task/value", {
        what: `"${String(limit).slice(0, 40)}" is no margin for ${name}`,
        where: where(name),
        remedy: `write ${limitForms.share.replace("0.85", "0.02")}`,
      });
    }
    given[known] = value;
  }
  return { ...defaultMargins, ...given };
}

function unknownMargin(name: string, known: readonly string[], where: string): Fault {
  const near = nearest(name, known);
  return new Fault("task/key", {
    what: `"margins" has no key "${name.slice(0, 80)}"`,
    where,
    why: `the keys here are ${known.join(", ")}`,
    remedy: near === undefined ? "take it out, or name one of these" : `did you mean "${near}"?`,
  });
}
