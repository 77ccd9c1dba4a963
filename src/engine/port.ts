import type { ElementType, Tensor } from "../base/tensor.ts";

/**
 * The engine port: something that runs ONNX programs.
 *
 *   const program = await engine.load(bytes);
 *   const { logits } = await program.run({ ids, weights });
 *   await program.close();
 *
 * Laws (the contract suite in test/contracts holds every engine to them):
 *   1. run is a function of its feeds and of the resident tensors; the same feeds give the same bits on one machine.
 *   2. A feed of an unknown name, of the wrong type or of a shape that does not fit is refused with a fault that names it.
 *   3. After close, run is refused; closing twice is allowed.
 *   4. A signal that aborts, or a deadline that passes, rejects the run with `engine/cancelled` or `engine/deadline`.
 *   5. Residents never go back to older values in silence: a run refused on the caller's thread leaves them as they were,
 *      and a program whose worker was given up with them says `engine/lost` from then on.
 */
export interface Engine {
  readonly name: string;
  readonly version: string;
  load(model: ModelSource, options?: LoadOptions): Promise<Program>;
  close(): Promise<void>;
}

/**
 * Bytes of an ONNX file, or the path of one (needed above 2 GB and with external data). From a file less is held in memory: its
 * weights are read to where they are used. What is replaced while it is loaded, is replaced by renaming.
 */
export type ModelSource = Uint8Array | ModelFile;

export interface ModelFile {
  readonly path: string;
  /** Where the model lies, of a file that holds more. */
  readonly part?: {
    readonly offset: number;
    readonly bytes: number;
    /** The file's own (base/range); another file under that name is refused. */
    readonly stamp?: string;
  };
}

export interface LoadOptions {
  /**
   * Where the program runs. "worker" (the default) keeps the caller's thread live and can be cancelled mid-run: the
   * caller goes on at once, and the worker ends when it comes back from the engine; "here" runs on the caller's thread: for programs of well under a millisecond, and inside workers.
   */
  readonly thread?: "worker" | "here";
  /** Threads inside one operator; 1 when not told. */
  readonly intraOpThreads?: number;
  /** Refuse a run (`memory/resident`) once the process holding the program is above this many bytes. */
  readonly memoryLimit?: number;
  /**
   * Resident tensors: inputs that the engine keeps between runs, with the output that replaces each after a run.
   * Parameters and optimiser state live here, so a training step moves only the batch and the loss.
   */
  readonly resident?: readonly Resident[];
}

export interface Resident {
  readonly input: string;
  /** The output that becomes this input's next value; none for a value that only the caller sets. */
  readonly next?: string;
  readonly value: Tensor;
}

export interface Program {
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
  /** Runs once and returns the outputs asked for (all that are not residents' next values, when not told). */
  run(feeds: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** The present value of a resident tensor (a copy). */
  read(resident: string): Promise<Tensor>;
  /** Replaces the value of a resident tensor. */
  write(resident: string, value: Tensor): Promise<void>;
  close(): Promise<void>;
}

/** A symbolic dimension is its name. */
export interface ProgramPort {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface RunOptions {
  readonly fetch?: readonly string[];
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}
