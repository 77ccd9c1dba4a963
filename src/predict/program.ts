import { Fault } from "../base/fault.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Engine, Program } from "../engine/port.ts";
import { type Parts, requirePart } from "./parts.ts";
import type { ModelHeader } from "../model/readers/header.ts";
import { skimOnnx } from "../model/readers/onnx.ts";
import { FileParts } from "../packfile/file-parts.ts";
import { bytesSource, partSource } from "../model/readers/source.ts";
import type { ScorerOptions } from "./predictor.ts";
import { type Gate, isFull } from "./room.ts";
import { runBytesOf } from "./run-bytes.ts";

/** The ONNX graph of a part, loaded as the predictor was opened; where there is a gate, each run passes it. */
export async function loadProgram(
  engine: Engine,
  parts: Parts,
  part: string,
  { thread = "worker", threads = 1, gate }: ScorerOptions,
): Promise<Program> {
  const model = (parts instanceof FileParts ? parts.place(part) : undefined) ?? requirePart(parts, part);
  const load = (): Promise<Program> =>
    engine.load(model, { thread, intraOpThreads: threads, memoryLimit: gate?.process });
  if (gate === undefined) return load();
  const header = skimProgram(parts, part, (location) => {
    throw new Fault("pack/graph", {
      what: `the graph names ${JSON.stringify(location)} as a file of its own`,
      where: part,
      remedy: "make the pack again: a pack holds all that it needs",
    });
  });
  const bytesOf = header.program === null ? () => 0 : runBytesOf(header.program);
  return gated(await load(), load, bytesOf, gate);
}

/** Runs between two times that a program is loaded anew, at least. */
const RUNS_BETWEEN = 16;

/**
 * A program whose runs pass the gate. The engine keeps what its runs held, in pieces that do not fit every later one: where the
 * process is full of it, it is given back with the program, which is loaded anew.
 */
function gated(
  first: Program,
  load: () => Promise<Program>,
  bytesOf: (feeds: Readonly<Record<string, Tensor>>) => number,
  gate: Gate,
): Program {
  let program = first;
  let runs = 0;

  async function enter(bytes: number): Promise<void> {
    try {
      gate.admit(bytes);
    } catch (fault) {
      if (!isFull(fault) || runs < RUNS_BETWEEN) throw fault;
      await program.close();
      program = await load();
      runs = 0;
      gate.emptied();
      gate.admit(bytes);
    }
  }

  return {
    ...first,
    async run(feeds, run) {
      await enter(bytesOf(feeds));
      runs++;
      return program.run(feeds, run);
    },
    close: () => program.close(),
  };
}

/** The header of a program of a pack; its weights are stepped over. */
export function skimProgram(parts: Parts, part: string, outside: (location: string) => never): ModelHeader {
  const place = parts instanceof FileParts ? parts.place(part) : undefined;
  const source = place === undefined ? bytesSource(part, requirePart(parts, part)) : partSource(part, place);
  try {
    return skimOnnx(source, outside);
  } finally {
    source.close();
  }
}

/** The numbers of an output, row-major; as many as `dims` hold, whatever axes of one the graph has beside them. */
export function expectFloats(name: string, output: Tensor | undefined, dims: readonly number[]): Float32Array {
  if (output?.type === "float32" && output.data.length === sizeOf(dims)) return output.data as Float32Array;
  throw new Fault("pack/graph", {
    what: `the graph's output "${name}" is not float32 [${dims.join(", ")}]`,
    why: output === undefined ? "it has no such output" : `it is ${output.type} [${output.dims.join(", ")}]`,
    remedy: "make the pack again",
  });
}
