import type { KindName } from "../record/task.ts";
import { classify } from "./classify/index.ts";
import { extract } from "./extract/index.ts";
import type { Kind } from "./kind.ts";
import { redact } from "./redact/index.ts";

const kinds = { classify, extract, redact } as const satisfies Record<KindName, Kind>;

export function kindOf(name: KindName): Kind {
  return kinds[name];
}
