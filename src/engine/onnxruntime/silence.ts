import { isMainThread } from "node:worker_threads";
import { Fault } from "../../base/fault.ts";

/** What ONNX Runtime from 1.29 on reads of the process's environment, once, with its first session. */
export const SWITCH = "ORT_DISABLE_TELEMETRY";

/**
 * Turns off what ONNX Runtime would otherwise tell its maker on Linux and macOS: which machine, which program (its whole
 * command line is read), which models, how often. It also keeps a queue of that under the home folder, and ends the process
 * where the command line is long.
 *
 * A worker has a copy of the environment, so that nothing it sets reaches the runtime: the main thread must have set it
 * before the worker began.
 */
export function silence(onMainThread = isMainThread, env: NodeJS.ProcessEnv = process.env): void {
  if (onMainThread) {
    env[SWITCH] = "1";
    return;
  }
  if (/^(1|true)$/i.test(env[SWITCH] ?? "")) return;
  throw new Fault("engine/telemetry", {
    what: "the engine would report to its maker from this worker thread",
    why: "ONNX Runtime reads whether it may from the process's environment, and a worker cannot change that",
    remedy: `set process.env.${SWITCH} = "1" on the main thread before the worker is started`,
  });
}
