import type { Clock } from "../../base/clock.ts";
import { systemClock } from "../../base/clock.ts";
import { sha256 } from "../../base/hash.ts";
import { checkedBlobName, closedStore, missingBlob } from "../faults.ts";
import type { Blobs, LogLine, Remembered, Store } from "../port.ts";
import { recordText } from "../record-text.ts";

/** The store port in memory: for tests, and for work that nobody wants to keep. */
export function memoryStore(clock: Clock = systemClock): Store {
  const records = new Map<string, { stage: string; key: string; at: string; text: string }>();
  const lines: LogLine[] = [];
  let open = true;

  const opened = (): void => {
    if (!open) throw closedStore();
  };
  const id = (stage: string, key: string): string => JSON.stringify([stage, key]);
  const note = (what: LogLine["what"], stage: string, key: string): string => {
    const at = clock.date().toISOString();
    lines.push({ at, what, stage, key });
    return at;
  };

  return {
    blobs: memoryBlobs(opened),
    recall<T>(stage: string, key: string): T | undefined {
      opened();
      const found = records.get(id(stage, key));
      return found === undefined ? undefined : (JSON.parse(found.text) as T);
    },
    remember(stage, key, record) {
      opened();
      const text = recordText(stage, record);
      records.delete(id(stage, key));
      records.set(id(stage, key), { stage, key, at: note("remembered", stage, key), text });
    },
    forget(stage, key) {
      opened();
      if (records.delete(id(stage, key))) note("forgot", stage, key);
    },
    list<T>(stage: string): Remembered<T>[] {
      opened();
      return [...records.values()]
        .filter((r) => r.stage === stage)
        .map((r) => ({ key: r.key, at: r.at, record: JSON.parse(r.text) as T }));
    },
    log() {
      opened();
      return lines.map((line) => ({ ...line }));
    },
    close() {
      open = false;
    },
  };
}

function memoryBlobs(opened: () => void): Blobs {
  const kept = new Map<string, Uint8Array>();
  return {
    put(bytes) {
      opened();
      const name = sha256(bytes);
      if (!kept.has(name)) kept.set(name, Uint8Array.from(bytes));
      return name;
    },
    get(name) {
      opened();
      const bytes = kept.get(checkedBlobName(name));
      if (bytes === undefined) throw missingBlob(name);
      return Uint8Array.from(bytes);
    },
    has(name) {
      opened();
      return kept.has(checkedBlobName(name));
    },
    delete(name) {
      opened();
      kept.delete(checkedBlobName(name));
    },
  };
}
