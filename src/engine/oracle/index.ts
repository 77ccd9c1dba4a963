import { readFile } from "node:fs/promises";
import { Fault } from "../../base/fault.ts";
import { fromOnnx, interpret, type Graph, type Value } from "../../graph/index.ts";
import { engineOver } from "../opened.ts";
import type { Engine, ProgramPort } from "../port.ts";
import { programOver } from "../program.ts";

/**
 * The port over the compiler's interpreter: double precision, slow and plain, for checking what another engine says.
 * It runs on the caller's thread whatever `thread` asks for.
 */
export function oracle(): Engine {
  return engineOver("oracle", "1", async (model, options) => {
    const graph = await read(model instanceof Uint8Array ? model : await readFile(model.path));
    return programOver(
      {
        inputs: graph.inputs.map(portOf),
        outputs: graph.outputs.map(portOf),
        async execute(feeds, fetches) {
          const results = interpret(graph, feeds);
          return Object.fromEntries(fetches.map((name) => [name, results[name]]));
        },
        release: async () => undefined,
      },
      options,
    );
  });
}

async function read(bytes: Uint8Array): Promise<Graph> {
  try {
    return fromOnnx(bytes);
  } catch (cause) {
    throw new Fault("engine/load", {
      what: "the engine could not load the model",
      where: `${bytes.byteLength} bytes`,
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function portOf(value: Value): ProgramPort {
  return { name: value.name, type: value.type, dims: value.dims };
}
