import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Fault } from "../../base/fault.ts";
import { diskFault } from "../../base/files.ts";
import { notBeside, pathBeside } from "./beside.ts";
import { readGguf } from "./gguf.ts";
import { ggufArchitecture } from "./gguf-architecture.ts";
import type { ModelHeader } from "./header.ts";
import { skimOnnx } from "./onnx.ts";
import { readSafetensorsFolder } from "./safetensors-folder.ts";
import { readSafetensors } from "./safetensors.ts";
import { fileSource } from "./source.ts";

/** Reads the header of a model, whatever its format: a folder of safetensors, a safetensors file, a GGUF or an ONNX file. */
export function readModelHeader(path: string): ModelHeader {
  let folder: boolean;
  try {
    folder = statSync(path).isDirectory();
  } catch (cause) {
    throw diskFault(cause, "read", path);
  }
  return folder ? readSafetensorsFolder(path) : readFile(path);
}

function readFile(path: string): ModelHeader {
  const source = fileSource(path);
  try {
    const magic = new TextDecoder("latin1").decode(source.read(0, Math.min(4, source.size)));
    if (magic === "GGUF") return wholeGguf(path);
    if (path.endsWith(".safetensors")) {
      const tensors = readSafetensors(source);
      return { format: "safetensors", fileBytes: source.size, tensors, architecture: null, program: null };
    }
    if (path.endsWith(".onnx")) return skimOnnx(source, sizeBeside(path));
    throw new Fault("model/format", {
      what: `${basename(path)} is no model that is known here`,
      where: path,
      why: "it is neither GGUF nor named .onnx or .safetensors",
      remedy: "name a GGUF or ONNX file, a .whittle pack, or a folder with safetensors files",
    });
  } finally {
    source.close();
  }
}

const MAX_PARTS = 1000;

/** A GGUF file, with the others where the model was split: NAME-00001-of-00003.gguf and so on, the metadata in the first. */
function wholeGguf(path: string): ModelHeader {
  const header = ggufAt(path);
  const count = header.metadata.get("split.count");
  if (typeof count !== "number" || count <= 1) return header;
  const named = /^(.*-)(\d{5})(-of-(\d{5})\.gguf)$/.exec(basename(path));
  if (named === null || Number(named[4]) !== count || count > MAX_PARTS) throw apart(path, count);
  const parts = Array.from({ length: count }, (_, i) =>
    ggufAt(join(dirname(path), `${named[1]}${String(i + 1).padStart(5, "0")}${named[3]}`)),
  );
  const tensors = parts.flatMap((part) => part.tensors);
  if (new Set(tensors.map((t) => t.name)).size < tensors.length) throw apart(path, count);
  const fileBytes = parts.reduce((sum, part) => sum + part.fileBytes, 0);
  return { ...header, fileBytes, tensors, architecture: ggufArchitecture(parts[0].metadata, tensors) };
}

function ggufAt(path: string): ReturnType<typeof readGguf> {
  const source = fileSource(path);
  try {
    return readGguf(source);
  } finally {
    source.close();
  }
}

function apart(path: string, count: number): Fault {
  return new Fault("model/gguf", {
    what: `the file is one of ${count} parts, and they do not fit together`,
    where: path,
    why: "parts are named NAME-00001-of-00003.gguf and hold each tensor once",
    remedy: "download all the parts into one folder under their own names",
  });
}

/** The size of a file of external data. */
function sizeBeside(path: string): (location: string) => number {
  return (location) => {
    const beside = pathBeside(path, location);
    try {
      return statSync(beside).size;
    } catch (cause) {
      throw notBeside(path, location, diskFault(cause, "read", beside));
    }
  };
}
