import { Fault } from "../base/fault.ts";
import type { FaultCode } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";

/** Whether a name is of a pattern, in which `*` stands for anything. */
export function matcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes("*")) return (name) => name === pattern;
  const parts = pattern.split("*");
  return (name) => {
    if (!name.startsWith(parts[0])) return false;
    let at = parts[0].length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    const last = parts[parts.length - 1];
    return name.length - last.length >= at && name.endsWith(last);
  };
}

/** What is named by some pattern, in the order of the patterns and each once. A pattern that names nothing is refused. */
export function matching<T extends { readonly name: string }>(
  patterns: readonly string[],
  from: readonly T[],
  refusal: { readonly code: FaultCode; readonly what: (pattern: string) => string },
): Set<T> {
  const result = new Set<T>();
  for (const pattern of patterns) {
    const matches = matcher(pattern);
    const found = from.filter((v) => matches(v.name));
    if (found.length === 0) {
      const near = nearest(
        pattern,
        from.map((v) => v.name),
      );
      throw new Fault(refusal.code, {
        what: refusal.what(pattern),
        ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
      });
    }
    for (const v of found) result.add(v);
  }
  return result;
}
