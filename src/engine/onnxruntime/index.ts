import { createRequire } from "node:module";
import { engineOver } from "../opened.ts";
import type { Engine } from "../port.ts";
import { openRemote } from "./remote.ts";
import { openSession } from "./session.ts";
import { silence } from "./silence.ts";

export interface OnnxruntimeOptions {
  /** Threads inside one operator for programs that do not say; 1 when not told. */
  readonly intraOpThreads?: number;
}

/**
 * The door to ONNX Runtime. The runtime itself is loaded with the first program, on the thread that runs it; its telemetry
 * is off by then.
 */
export function onnxruntime(options: OnnxruntimeOptions = {}): Engine {
  silence();
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return engineOver("onnxruntime", version, (model, load = {}) => {
    const settings = { ...load, intraOpThreads: load.intraOpThreads ?? options.intraOpThreads ?? 1 };
    return load.thread === "here" ? openSession(model, settings) : openRemote(model, settings);
  });
}
