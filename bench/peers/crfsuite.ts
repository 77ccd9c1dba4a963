import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sha256 } from "../../src/base/hash.ts";
import { parseSpans, type Span } from "../../src/spans/span.ts";
import { runsOf, tagsOf } from "../../src/spans/tags.ts";
import { tokensOf } from "../../src/spans/tokens.ts";
import { attributesOf } from "./templates.ts";

/**
 * CRFsuite (Okazaki 2007) as the peer of the random field: trained on the same rows, over the same tokens and tags and the
 * same kind of features. Its sources come from the npm package of that name and stay in a cache folder, where they are
 * compiled once with the driver beside this file (docs/decisions/the-peer-of-the-random-field.md).
 */
const PACKAGE = "crfsuite@1.0.1";
const cache = join(import.meta.dirname, "../../node_modules/.cache/peers", PACKAGE);
const ITERATIONS = 200;
/** The strength of L2, the same on every data set; there is no L1. */
const C2 = 0.1;

interface Row {
  readonly text: string;
  readonly target: string | null;
}

/** A span, and the smallest marginal probability of its tags. */
export interface PeerSpan extends Span {
  readonly confidence: number;
}

const call = promisify(execFile);
let prepared: Promise<string | undefined> | undefined;

/** Whether the peer can be asked here; where it cannot, why is said aloud, once. */
export async function crfsuiteInstalled(): Promise<boolean> {
  return (await program()) !== undefined;
}

/**
 * The spans found in each row asked, after training on rows with a printed target (on what of it has a place); undefined
 * where the peer cannot be had.
 */
export async function crfsuite(
  train: readonly Row[],
  asked: readonly { readonly text: string }[],
  labels: readonly string[],
): Promise<PeerSpan[][] | undefined> {
  const path = await program();
  if (path === undefined) return undefined;
  const names = ["O", ...labels.flatMap((label) => [`B-${label}`, `I-${label}`])];
  const folder = await mkdtemp(join(tmpdir(), "whittle-peer-"));
  try {
    const files = ["train", "asked", "model"].map((name) => join(folder, name));
    await writeFile(files[0], sequences(train, labels, names));
    await writeFile(files[1], sequences(asked, labels, names));
    const { stdout } = await call(path, [...files, "0", String(C2), String(ITERATIONS)], { maxBuffer: 1 << 28 });
    const said = stdout.split("\n\n");
    let next = 0;
    return asked.map(({ text }) => {
      const tokens = tokensOf(text);
      if (tokens.length === 0) return [];
      const lines = said[next++].split("\n").map((line) => line.split("\t"));
      const runs = runsOf(lines.map(([name]) => names.indexOf(name)));
      return runs.map(([first, end, label]) => ({
        start: tokens[2 * first],
        end: tokens[2 * end - 1],
        label: labels[label],
        confidence: Math.min(...lines.slice(first, end).map(([, marginal]) => Number(marginal))),
      }));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** CRFsuite's text form; a text without tokens is no sequence. */
function* sequences(
  rows: readonly { readonly text: string; readonly target?: string | null }[],
  labels: readonly string[],
  names: readonly string[],
): Generator<string> {
  for (const { text, target } of rows) {
    const tokens = tokensOf(text);
    const tags = tagsOf(parseSpans(target ?? "[]").spans, tokens, labels);
    const items = attributesOf(text, tokens).map((attributes, i) => [names[tags[i]], ...attributes].map(escaped));
    yield items.map((item) => `${item.join("\t")}\n`).join("");
    if (items.length > 0) yield "\n";
  }
}

function escaped(attribute: string): string {
  return attribute.replaceAll(/[\\:]/g, "\\$&");
}

/** The compiled driver, prepared by the first who asks. */
function program(): Promise<string | undefined> {
  prepared ??= prepare().catch((error: unknown) => {
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    console.log(`Skipped: CRFsuite cannot be had here (it takes npm with a registry, tar, gcc and g++): ${why}`);
    return undefined;
  });
  return prepared;
}

async function prepare(): Promise<string> {
  const driver = join(import.meta.dirname, "crfsuite.cpp");
  const path = join(cache, `driver-${sha256(await readFile(driver, "utf8")).slice(0, 12)}`);
  if (existsSync(path)) return path;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "build-"));
  try {
    await build(folder, driver);
    await rename(join(folder, "driver"), path);
  } finally {
    await rm(folder, { recursive: true });
  }
  return path;
}

async function build(folder: string, driver: string): Promise<void> {
  const inside = { cwd: folder };
  const packed = await call("npm", ["pack", "--silent", "--ignore-scripts", PACKAGE], inside);
  await call("tar", ["xzf", packed.stdout.trim()], inside);
  const include = ["liblbfgs/include", "crfsuite/include", "crfsuite/lib/cqdb/include"].map((p) => `-Ipackage/${p}`);
  const crf = "package/crfsuite/lib/crf/src";
  const sources = [
    "package/liblbfgs/lib/lbfgs.c",
    ...(await readdir(join(folder, crf))).filter((file) => file.endsWith(".c")).map((file) => `${crf}/${file}`),
    ...["cqdb.c", "lookup3.c"].map((file) => `package/crfsuite/lib/cqdb/src/${file}`),
  ];
  await call("gcc", ["-O3", "-w", "-c", ...include, ...sources], inside);
  const objects = (await readdir(folder)).filter((file) => file.endsWith(".o"));
  await call("g++", ["-std=c++17", "-O3", "-w", ...include, driver, ...objects, "-o", "driver"], inside);
}
