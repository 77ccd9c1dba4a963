import { Fault } from "../base/fault.ts";
import { canonical } from "../base/hash.ts";

/**
 * A record as the text that is kept: canonical JSON. Law: `JSON.parse(recordText(r))` equals `r` (fields that are
 * undefined left out, −0 as 0). What JSON would bend (NaN, ±Infinity, bigint, Map, Date, typed arrays, holes) is refused with
 * its path.
 */
export function recordText(stage: string, record: unknown): string {
  const bent = whatJsonBends(record, "");
  if (bent !== undefined) {
    throw new Fault("store/not-json", {
      what: `a record of ${stage} cannot be kept as JSON`,
      where: bent.path === "" ? "the record itself" : bent.path,
      why: `${bent.is} has no JSON form`,
      remedy: "this is an error in whittle, not in your data: please report it",
    });
  }
  return canonical(record);
}

interface Bent {
  readonly path: string;
  readonly is: string;
}

function whatJsonBends(value: unknown, path: string): Bent | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : { path, is: String(value) };
    case "object":
      break;
    default:
      return { path, is: typeof value };
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const bent = whatJsonBends(value[i], `${path}[${i}]`);
      if (bent !== undefined) return bent;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { path, is: (prototype as object).constructor.name };
  }
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const bent = whatJsonBends(field, path === "" ? name : `${path}.${name}`);
    if (bent !== undefined) return bent;
  }
  return undefined;
}
