/** `whittle/model`: decoders from their checkpoints, as graphs for `whittle/graph`. */
import { join } from "node:path";
import { readText } from "../base/files.ts";
import type { Graph } from "../graph/index.ts";
import { from } from "./encoder.ts";
import { llamaConfig } from "./llama-config.ts";
import { llama } from "./llama.ts";
import { readWeights } from "./readers/weights.ts";

/**
 * The Llama decoder of a folder as transformers leaves it: config.json with safetensors beside it. `ids` int64[batch,
 * sequence] to `logits` float32[batch, sequence, vocabulary]; its parameters have the checkpoint's names.
 */
export function readLlama(folder: string): Graph {
  return llama(llamaConfig(readText(join(folder, "config.json"), CONFIG_LIMIT)), from(readWeights(folder)));
}

/** Far more than a config of sizes takes. */
const CONFIG_LIMIT = 1 << 24;
