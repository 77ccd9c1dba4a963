import { Fault } from "../../base/fault.ts";
import { type Needs, needsOf, type Packed } from "../../fit/needs.ts";
import { DEFAULT_TEXTS } from "../../fit/plan.ts";
import type { ModelHeader } from "../../model/readers/header.ts";
import { isProgram } from "../../packfile/file-parts.ts";
import { readPack } from "../../packfile/read.ts";
import type { Pack } from "../../packfile/verify.ts";
import { skimProgram } from "../../predict/program.ts";
import { readManifest } from "../../predict/predictor.ts";
import { ARENA_TIMES, bytesPerCharacter } from "../../predict/room.ts";
import type { Manifest } from "../../record/manifest.ts";
import { inputShapes } from "./input-shapes.ts";

/** What a pack is asked to do. */
export interface PackLoad {
  /** Texts that one run answers; the predictor's own at most when not told. */
  readonly batch?: number;
  /** UTF-16 units of the longest text. */
  readonly textLength?: number;
  /** Requests that are taken on at once: one is answered, the others' texts wait in memory. */
  readonly concurrency?: number;
  /** One text and no more, many by `whittle predict`, or requests, which is the default: what heaps gather differs. */
  readonly asked?: keyof typeof GARBAGE_BYTES;
}

export interface PackPlan {
  /** Bytes of resident memory at most, with all that was asked. */
  readonly bytes: number;
  /** Of them, those of texts that wait. */
  readonly waiting: number;
  readonly needs: Needs;
}

/** A length that most texts keep to: a pack that cannot answer one is of no service. */
export const LEAST_TEXT = 512;
/** A text waits as a string of two bytes a unit, as the body it came in, and as that body decoded. */
const BYTES_PER_UNIT = 6;

/** Of rows that are read and written, and of requests with a heap on a thread of its own: 3 to 12 MB and 9 to 15 MB were seen. */
export const GARBAGE_BYTES = { once: 0, many: 13e6, served: 15e6, bounded: 24e6 } as const;

/** The most memory that whittle takes to answer with a pack; no weight of it is loaded. */
export function planPack(path: string, load: PackLoad = {}): PackPlan {
  const { batch = DEFAULT_TEXTS, textLength = LEAST_TEXT, concurrency = 1, asked = "served" } = load;
  const { header, packed } = packHeader(path);
  const pack = { ...packed, garbage: GARBAGE_BYTES[asked] };
  const needs = needsOf(header, { batch, context: textLength, cache: "f16", pack });
  const waiting = concurrency * batch * textLength * BYTES_PER_UNIT;
  return { bytes: needs.total + waiting, waiting, needs };
}

/** A pack is checked whole; what it keeps beside its programs stays in memory. */
export function packHeader(path: string): PackHeader {
  return headerOfPack(readPack(path), path);
}

export interface PackHeader {
  readonly header: ModelHeader;
  /** The rest of the pack, before anything is asked of it. */
  readonly packed: Packed;
  readonly manifest: Manifest;
}

/**
 * Bytes that a budget wants for running, so that one text of so many characters is answered: the values of its run, as much again
 * for what the engine keeps of runs of other shapes, and what is read out of it.
 */
export function leastRunning({ header, packed, manifest }: PackHeader, characters = LEAST_TEXT): number {
  const length = Math.min(characters, packed.longest);
  const { activations } = needsOf(header, { batch: 1, context: length, cache: "f16", pack: packed });
  return ARENA_TIMES * activations + length * bytesPerCharacter(manifest);
}

/** The same of a pack that has been read. */
export function headerOfPack(pack: Pack, path: string): PackHeader {
  const programs = [...pack.parts.keys()].filter(isProgram);
  const headers = programs.map((name) =>
    skimProgram(pack.parts, name, (location) => {
      throw new Fault("model/external", {
        what: `the part ${name} names ${JSON.stringify(location)} as a file of its own`,
        where: path,
        remedy: "make the pack again: a pack holds all that it needs",
      });
    }),
  );
  const manifest = readManifest(pack.parts);
  const packed: Packed = {
    held: partsBytes(pack.entries),
    garbage: 0,
    longest: manifest.maxTextLength,
    leastRunning: () => 0,
    shapes: (batch, textLength) => inputShapes(manifest.inputs, pack.parts, { batch, textLength }),
  };
  if (headers.length === 1) return { header: { ...headers[0], fileBytes: pack.size }, packed, manifest };
  // A pack of rules has no program: what it needs is the runtime and itself.
  const none = { opset: 0, inputs: [], outputs: [], nodes: [], constants: new Map(), noted: new Map() };
  const tensors = headers.flatMap((header) => header.tensors);
  const program = headers.length === 0 ? none : headers.map((h) => h.program ?? none).reduce(larger);
  return {
    header: { format: "onnx", fileBytes: pack.size, tensors, architecture: null, program },
    packed,
    manifest,
  };
}

/**
 * Bytes of what is read of a pack beside its programs: the parts themselves, what is made of them, and the garbage of both. Of a
 * fingerprint (5 bytes in a file) its number in a table at most half full, in powers of two, and its weights: PrintTable and
 * NgramEncoder in features/.
 */
function partsBytes(entries: Pack["entries"]): number {
  return entries.reduce((sum, { name, bytes }) => {
    if (isProgram(name)) return sum;
    if (!name.endsWith(".bin")) return sum + JSON_TIMES * bytes;
    const prints = bytes / BYTES_PER_PRINT;
    return sum + bytes + Math.ceil(prints) * 28 + 10 * 2 ** Math.ceil(Math.log2(Math.max(16, 2 * prints)));
  }, 0);
}

const BYTES_PER_PRINT = 5;
/** A text of JSON as bytes, as a string and as what it says. */
const JSON_TIMES = 6;

type ProgramOf = NonNullable<ModelHeader["program"]>;

/** Programs of one pack run one after another: the one with more operations stands for both. */
function larger(a: ProgramOf, b: ProgramOf): ProgramOf {
  return a.nodes.length >= b.nodes.length ? a : b;
}
