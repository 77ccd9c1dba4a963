import type { KindName } from "../record/task.ts";
import { classify } from "./classify/index.ts";
import type { Kind } from "./kind.ts";

const kinds = { classify } as const satisfies Record<KindName, Kind>;

export function kindOf(name: KindName): Kind {
  return kinds[name];
}
