import { Fault } from "../../base/fault.ts";
import { engineOver } from "../opened.ts";
import type { Engine, LoadOptions, ModelSource } from "../port.ts";
import { openSession } from "./session.ts";
import type * as Ort from "onnxruntime-web";

export interface OnnxruntimeWebOptions {
  /** "wasm" (the default) on the processor, "webgpu" on the graphics processor that the page may use. */
  readonly provider?: "wasm" | "webgpu";
}

/**
 * The door to ONNX Runtime in a page. The page brings the runtime, in the build that it wants, and settles its files and
 * threads (`ort.env.wasm`) before the first program is loaded:
 *
 *   import * as ort from "onnxruntime-web/webgpu";
 *   const engine = onnxruntimeWeb(ort, { provider: "webgpu" });
 *
 * Programs run on the caller's thread whatever `thread` asks for: a page that is to stay live calls from a worker.
 * With "webgpu" residents stay on the device from run to run; nothing but feeds and fetches crosses.
 */
export function onnxruntimeWeb(ort: typeof Ort, { provider = "wasm" }: OnnxruntimeWebOptions = {}): Engine {
  const version = ort.env.versions.web ?? ort.env.versions.common;
  return engineOver(`onnxruntime-web (${provider})`, version, async (model, options = {}) =>
    openSession(ort, bytesOf(model), provider, kept(options)),
  );
}

function bytesOf(model: ModelSource): Uint8Array {
  if (model instanceof Uint8Array) return model;
  throw new Fault("engine/load", {
    what: "the engine of pages cannot load a model from a file",
    where: model.path,
    remedy: "give it the model's bytes",
  });
}

/** The options, refused where they ask for what a page cannot keep. */
function kept(options: LoadOptions): LoadOptions {
  const inNode = (globalThis as { process?: object }).process !== undefined;
  if (options.memoryLimit === undefined || inNode) return options;
  throw new Fault("engine/load", {
    what: "a page cannot keep a limit of memory",
    why: "it is not told how much it holds",
    remedy: "leave out `memoryLimit`",
  });
}
