import { defaultCost } from "../../record/cost.ts";
import type { DataSpec, DeviceSpec, KindName, Policy, Task } from "../../record/task.ts";
import { defaultBar } from "./bar.ts";
import { defaultMargins } from "./margins.ts";
import { spansOf } from "./spans.ts";

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** As much of a task as somebody has said. */
export interface TaskDraft extends Loose<Omit<Task, "name" | "kind" | "data" | "device" | "policy">> {
  readonly name: string;
  readonly kind: KindName;
  readonly data: Loose<DataSpec> & Pick<DataSpec, "train">;
  readonly device?: Loose<DeviceSpec> | undefined;
  readonly policy?: Loose<Policy> | undefined;
}

/** The task with everything unsaid at its default. */
export function draftTask(draft: TaskDraft): Task {
  const { data } = draft;
  return {
    name: draft.name,
    kind: draft.kind,
    about: draft.about ?? "",
    labels: draft.labels ?? {},
    spans: draft.spans ?? (draft.kind === "classify" ? null : spansOf(draft.kind, {})),
    data: {
      train: data.train,
      dev: data.dev ?? [],
      test: data.test ?? [],
      outside: data.outside ?? [],
      text: data.text ?? "text",
      label: data.label ?? (draft.kind === "classify" ? "label" : "spans"),
      offsets: data.offsets ?? "utf16",
      group: data.group ?? null,
    },
    bar: draft.bar ?? defaultBar(draft.kind),
    margins: draft.margins ?? defaultMargins,
    device: { threads: draft.device?.threads ?? 1 },
    cost: draft.cost ?? defaultCost,
    policy: { endpoints: draft.policy?.endpoints ?? [] },
    seed: draft.seed ?? 1,
    maxTextLength: draft.maxTextLength ?? 20_000,
    rungs: draft.rungs ?? [],
  };
}

/** A name for a task out of any text: what names may not hold becomes a dash. */
export function fittingName(text: string): string {
  const name = text.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[^\p{L}\p{N}]+/u, "");
  return [...name].slice(0, 64).join("") || "task";
}
