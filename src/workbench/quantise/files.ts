import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Fault } from "../../base/fault.ts";
import { makeFolder, readBounded, writeWhole } from "../../base/files.ts";
import { startsWith } from "../../base/range.ts";
import { fileName, type Form, fromOnnx, type Graph, toOnnxApart, toOnnxParts } from "../../graph/index.ts";
import { notBeside, notInside, pathBeside } from "../../model/readers/beside.ts";
import { type ByteSource, fileSource } from "../../model/readers/source.ts";
import { isPack } from "../../packfile/read.ts";

/** One file of protobuf holds less than this. */
export const MOST_PROTOBUF = 2 ** 31 - 1;

export interface ModelFiles {
  readonly graph: Graph;
  /** The model and those that hold its tensors. */
  readonly paths: readonly string[];
  readonly bytes: number;
}

/**
 * Reads an ONNX file with the tensors that it keeps in files of their own, which lie beside it or below, nowhere else. Takes the
 * memory of the tensors and no more.
 */
export function readModel(path: string): ModelFiles {
  refuseOtherFormats(path);
  const opened = new Map<string, ByteSource>();
  try {
    const bytes = readBounded(path, MOST_PROTOBUF);
    const size = bytes.length;
    const graph = fromOnnx(bytes, {
      given: true,
      external: ({ location, offset, length }) => sourceOf(opened, path, location).read(offset, length),
    });
    const sources = [...opened.values()];
    return {
      graph,
      paths: [path, ...sources.map((s) => s.name)],
      bytes: sources.reduce((sum, s) => sum + s.size, size),
    };
  } catch (error) {
    throw error instanceof Fault && error.where === undefined ? error.at(path) : error;
  } finally {
    for (const source of opened.values()) source.close();
  }
}

/** What is plainly something else is told by its name, and not as a damaged ONNX file. */
function refuseOtherFormats(path: string): void {
  const other = isPack(path)
    ? {
        what: "a pack of whittle",
        remedy: "name an ONNX file; whittle make measures every smaller form of a pack's model",
      }
    : startsWith(path, "GGUF")
      ? { what: "a GGUF file", remedy: "name an ONNX file; whittle plan tells what a GGUF file needs" }
      : path.endsWith(".safetensors")
        ? { what: "a safetensors file", remedy: "name an ONNX file that the model was exported to" }
        : undefined;
  if (other === undefined) return;
  throw new Fault("model/format", {
    what: `${basename(path)} is ${other.what}, and ONNX is quantised`,
    where: path,
    remedy: other.remedy,
  });
}

function sourceOf(opened: Map<string, ByteSource>, path: string, location: string): ByteSource {
  const beside = pathBeside(path, location);
  const found = opened.get(beside);
  if (found !== undefined) return found;
  try {
    // A link may lead out of the folder where the name does not; a cache of links keeps both files in one other folder.
    const folders = [realpathSync(dirname(resolve(path))), dirname(realpathSync(path))];
    const real = realpathSync(beside);
    if (!folders.some((folder) => real.startsWith(join(folder, "/")))) throw notInside(path, location);
    const source = fileSource(beside);
    opened.set(beside, source);
    return source;
  } catch (error) {
    if (error instanceof Fault && error.code === "model/external") throw error;
    const why = error instanceof Error && "code" in error ? String(error.code) : undefined;
    throw notBeside(
      path,
      location,
      error instanceof Fault ? error : new Fault("model/external", { what: location, why }),
    );
  }
}

/** Where the quantised model goes: by the hub's names beside the source, into a folder, or to a file that is named. */
export function targetOf(source: string, to: Form | "mixed", out?: string): string {
  const name = fileName(to, basename(source).replace(/\.onnx$/i, ""));
  if (out === undefined) return join(dirname(source), name);
  const folder = /[/\\]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  return folder ? join(out, name) : out;
}

/** Refuses a target that is the source, or one of its files. */
export function refuseSource(target: string, sources: readonly string[]): void {
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));
  const targets = [target, dataOf(target)].map(real);
  const hit = sources.find((path) => targets.includes(real(path)));
  if (hit === undefined) return;
  throw new Fault("quantise/source", {
    what: `the quantised model would be written over ${hit}, from which it is made`,
    where: target,
    remedy: "name another file with --out",
  });
}

/** `model_fp16.onnx` → `model_fp16.onnx_data`, as the hub names it. */
function dataOf(target: string): string {
  return `${target}_data`;
}

export interface Written {
  readonly path: string;
  /** Of the model with its data. */
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Writes the model whole or not at all; what one file of protobuf does not hold has its tensors in a file beside it. */
export function writeModel(graph: Graph, path: string, most = MOST_PROTOBUF): Written {
  const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
  makeFolder(dirname(resolve(path)));
  const held = graph.initialisers.reduce((sum, v) => sum + v.tensor.data.byteLength, 0);
  if (held < most) {
    const parts = toOnnxParts(graph);
    const bytes = total(parts);
    if (bytes <= most) {
      writeWhole(path, parts);
      return { path, bytes, files: [path] };
    }
  }
  const apart = dataOf(path);
  const { model, data } = toOnnxApart(graph, basename(apart));
  // Data first: a model is never there without them.
  writeWhole(apart, data);
  writeWhole(path, model);
  return { path, bytes: total(model) + total(data), files: [path, apart] };
}
