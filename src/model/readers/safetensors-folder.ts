import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import { diskFault, readText } from "../../base/files.ts";
import { configArchitecture } from "./config.ts";
import type { ModelHeader, TensorInfo } from "./header.ts";
import { readSafetensors } from "./safetensors.ts";
import { fileSource } from "./source.ts";

/** A folder as model hubs have it: config.json, and one safetensors file or several with an index that names them. */
export function readSafetensorsFolder(folder: string): ModelHeader {
  const files = weightFiles(folder);
  const tensors: TensorInfo[] = [];
  const seen = new Map<string, string>();
  let fileBytes = 0;
  for (const file of files) {
    const source = fileSource(join(folder, file));
    try {
      fileBytes += source.size;
      for (const tensor of readSafetensors(source)) {
        const before = seen.get(tensor.name);
        if (before !== undefined) bad(folder, `the tensor "${tensor.name}" is in ${before} and in ${file}`);
        seen.set(tensor.name, file);
        tensors.push(tensor);
      }
    } finally {
      source.close();
    }
  }
  const config = join(folder, "config.json");
  const architecture = existsSync(config)
    ? configArchitecture(readText(config, MAX_JSON_BYTES), config, tensors)
    : null;
  return { format: "safetensors", fileBytes, tensors, architecture, program: null };
}

const MAX_JSON_BYTES = 64 << 20;
const INDEX = "model.safetensors.index.json";

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The safetensors files of a folder that make up its model. */
export function weightFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).sort();
  } catch (cause) {
    throw diskFault(cause, "read", folder);
  }
  if (names.includes(INDEX)) return indexed(folder, names);
  const files = names.filter((name) => name.endsWith(".safetensors"));
  if (files.includes("model.safetensors")) return ["model.safetensors"];
  if (files.length === 0) {
    throw new Fault("model/format", {
      what: `${folder} holds no safetensors file`,
      where: folder,
      remedy: "name the folder that holds model.safetensors and config.json, or a GGUF or ONNX file",
    });
  }
  return files;
}

function indexed(folder: string, names: readonly string[]): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(readText(join(folder, INDEX), MAX_JSON_BYTES));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    return bad(folder, `${INDEX} is not JSON`, cause);
  }
  const index = indexSchema.safeParse(json);
  if (!index.success) return bad(folder, `${INDEX} has no weight_map of names to files`);
  const files = [...new Set(Object.values(index.data.weight_map))].sort();
  // A name that is in the folder's own list leads nowhere else.
  const missing = files.find((file) => !names.includes(file));
  if (missing !== undefined) bad(folder, `${INDEX} names ${JSON.stringify(missing)}, which is not in the folder`);
  return files;
}

function bad(folder: string, why: string, cause?: unknown): never {
  throw new Fault("model/safetensors", {
    what: "the parts of the model do not fit together",
    where: folder,
    why,
    remedy: "download the whole folder again",
    cause,
  });
}
