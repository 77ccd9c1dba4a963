import type { Fact } from "../../graph/ir.ts";
import type { Precision } from "./precision.ts";

/** What the header of a model says, without a weight having been read. */
export interface ModelHeader {
  readonly format: "gguf" | "safetensors" | "onnx";
  /** Bytes on disk, of all its files. */
  readonly fileBytes: number;
  readonly tensors: readonly TensorInfo[];
  /** How a language model is built; null where the header does not say, and `program` tells the rest. */
  readonly architecture: Architecture | null;
  /** The operations, where the file holds them. */
  readonly program: ProgramHeader | null;
}

export interface TensorInfo {
  readonly name: string;
  /** Outermost first, whichever way the file writes them: the last is the length of a row. */
  readonly dims: readonly number[];
  readonly precision: Precision;
  readonly bytes: number;
}

/** A transformer, as far as memory goes. */
export interface Architecture {
  readonly name: string;
  readonly layers: number;
  /** Width of the hidden state. */
  readonly width: number;
  /** Inner width of the feed-forward part that one token passes: of all its experts together. */
  readonly feedForward: number;
  readonly heads: number;
  readonly vocabulary: number;
  /** Tokens that it was trained to look back on; null where the header does not say. */
  readonly trainedContext: number | null;
  /** What each layer keeps of a token. Empty for an encoder, which keeps nothing. */
  readonly cache: readonly LayerCache[];
  /** Why the cache cannot be told, where it cannot; `cache` then says nothing. */
  readonly uncounted: string | null;
}

/** Elements that one token leaves behind in one layer. */
export interface LayerCache {
  readonly keys: number;
  readonly values: number;
  /** Tokens that the layer looks back on; null for all of them. */
  readonly window: number | null;
}

/** The operations of an ONNX file, as far as shapes and lifetimes go. */
export interface ProgramHeader {
  readonly opset: number;
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly ProgramNode[];
  /** Initialisers and constants. */
  readonly constants: ReadonlyMap<string, Fact>;
  /** What the file itself says of values between; sizes without a name are undefined. */
  readonly noted: ReadonlyMap<string, NotedFact>;
}

export interface NotedFact {
  readonly dataType: number;
  readonly dims: readonly (number | string | undefined)[];
}

export interface ProgramInput extends NotedFact {
  readonly name: string;
}

export interface ProgramNode {
  readonly op: string;
  readonly domain: string;
  /** "" where an optional one is left out; what graphs inside the node read from around them stands at the end. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, ProgramAttribute>>;
}

/** Of a tensor only its element type, as the file numbers it. */
export type ProgramAttribute = number | string | readonly number[] | { readonly dataType: number };
