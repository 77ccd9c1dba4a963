import { Fault } from "../../base/fault.ts";
import type { FaultCode } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { LoadOptions, ModelSource, ProgramPort } from "../port.ts";

/** What the two threads say to each other. The worker answers every request once, in order. */

export interface Opening {
  readonly source: ModelSource;
  readonly options: LoadOptions;
  /** 1 from a request until its answer; shared, so that an exiting process can wait for it. */
  readonly busy: Int32Array;
}

export type Request =
  | { readonly ask: "run"; readonly feeds: Readonly<Record<string, Tensor>>; readonly fetch?: readonly string[] }
  | { readonly ask: "read"; readonly resident: string }
  | { readonly ask: "write"; readonly resident: string; readonly value: Tensor };

export type Answer =
  | { readonly is: "open"; readonly inputs: readonly ProgramPort[]; readonly outputs: readonly ProgramPort[] }
  | { readonly is: "results"; readonly results: Readonly<Record<string, Tensor>> }
  | { readonly is: "value"; readonly value: Tensor }
  | { readonly is: "done" }
  | { readonly is: "fault"; readonly letter: Letter };

/** A fault as it crosses threads. */
export interface Letter {
  readonly code: FaultCode;
  readonly what: string;
  readonly where?: string;
  readonly why?: string;
  readonly remedy?: string;
}

export function letterOf(error: unknown): Letter {
  if (!(error instanceof Fault)) {
    return {
      code: "engine/run",
      what: "the engine failed",
      why: error instanceof Error ? error.message : String(error),
    };
  }
  return { code: error.code, what: error.message, where: error.where, why: error.why, remedy: error.remedy };
}

export function faultOf(letter: Letter): Fault {
  return new Fault(letter.code, letter);
}

/** A tensor whose array covers its buffer: cloning a view would clone everything behind it. */
export function compact(value: Tensor): Tensor {
  return value.data.byteLength === value.data.buffer.byteLength ? value : { ...value, data: value.data.slice() };
}

/** The buffers of answers, handed over rather than copied. */
export function buffersOf(values: Iterable<Tensor>): ArrayBuffer[] {
  return [...new Set([...values].map((value) => value.data.buffer as ArrayBuffer))];
}
