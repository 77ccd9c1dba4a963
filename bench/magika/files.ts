import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { sha256 } from "../../src/base/hash.ts";

/** What Magika may call a file of this extension and be right. */
export const labelsOf: Readonly<Record<string, readonly string[]>> = {
  ".a": [],
  ".awk": ["awk"],
  ".bib": ["bib"],
  ".bz2": ["bzip"],
  ".c": ["c"],
  ".cc": ["cpp"],
  ".cjs": ["javascript"],
  ".cmake": ["cmake"],
  ".cpp": ["cpp"],
  ".crt": ["crt", "pem"],
  ".css": ["css"],
  ".csv": ["csv"],
  ".cts": ["typescript"],
  ".cu": ["cpp", "c"],
  ".cuh": ["cpp", "c"],
  ".f90": ["fortran"],
  ".gif": ["gif"],
  ".go": ["go"],
  ".gz": ["gzip"],
  ".h": ["c", "cpp", "objectivec"],
  ".hpp": ["cpp"],
  ".htm": ["html"],
  ".html": ["html"],
  ".inl": ["cpp", "c"],
  ".ipynb": ["ipynb"],
  ".jar": ["jar"],
  ".java": ["java"],
  ".jpg": ["jpeg"],
  ".js": ["javascript"],
  ".json": ["json"],
  ".jsonl": ["jsonl"],
  ".less": ["css", "scss"],
  ".lua": ["lua"],
  ".m4": ["m4"],
  ".map": ["json"],
  ".md": ["markdown"],
  ".mjs": ["javascript"],
  ".mts": ["typescript"],
  ".npy": ["npy"],
  ".npz": ["npz", "zip"],
  ".onnx": ["onnx"],
  ".pas": ["pascal"],
  ".pdf": ["pdf"],
  ".pem": ["pem", "crt"],
  ".php": ["php"],
  ".pl": ["perl"],
  ".pm": ["perl"],
  ".png": ["png"],
  ".po": ["po"],
  ".proto": ["proto"],
  ".ps": ["postscript"],
  ".py": ["python"],
  ".pyc": ["pythonbytecode"],
  ".pyi": ["python"],
  ".pyx": ["python"],
  ".rb": ["ruby"],
  ".rs": ["rust"],
  ".rst": ["rst"],
  ".sh": ["shell"],
  ".so": ["elf"],
  ".sql": ["sql"],
  ".svg": ["svg"],
  ".tar": ["tar"],
  ".tcl": ["tcl"],
  ".tex": ["latex"],
  ".toml": ["toml"],
  ".ts": ["typescript"],
  ".tsv": ["tsv"],
  ".ttf": ["ttf"],
  ".txt": ["txt"],
  ".vue": ["vue"],
  ".wasm": ["wasm"],
  ".wav": ["wav"],
  ".woff": ["woff"],
  ".woff2": ["woff2"],
  ".xml": ["xml"],
  ".xz": ["xz"],
  ".yaml": ["yaml"],
  ".yml": ["yaml"],
  ".zip": ["zip"],
  ".zig": ["zig"],
};

export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  /** Lower case with its dot; "" for none. */
  readonly extension: string;
  readonly size: number;
}

/** Nothing is walked beyond this, and of one extension so many files are taken. */
const MOST_ENTRIES = 600_000;
const MOST_OF_KNOWN = 48;
const MOST_OF_OTHERS = 4;
const MOST_OTHERS = 400;
const LEAST_BYTES = 16;
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Real files under the roots, the same ones in the same order for the same trees: of every extension those whose path
 * hashes lowest, each content once, links not followed.
 */
export function findFiles(roots: readonly string[]): FoundFile[] {
  const byExtension = new Map<string, string[]>();
  let entries = 0;
  const walk = (folder: string): void => {
    let listed;
    try {
      listed = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of listed.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++entries > MOST_ENTRIES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) {
        const extension = extname(entry.name).toLowerCase();
        const list = byExtension.get(extension);
        if (list === undefined) byExtension.set(extension, [path]);
        else list.push(path);
      }
    }
  };
  for (const root of roots) walk(root);
  const found: FoundFile[] = [];
  const seen = new Set<string>();
  let others = 0;
  for (const [extension, paths] of [...byExtension].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = Object.hasOwn(labelsOf, extension);
    const most = known ? MOST_OF_KNOWN : Math.min(MOST_OF_OTHERS, MOST_OTHERS - others);
    let taken = 0;
    for (const path of paths
      .map((p) => [sha256(p), p] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, p]) => p)) {
      if (taken >= most) break;
      const { size } = statSync(path);
      if (size < LEAST_BYTES || size > MOST_BYTES) continue;
      let hash: string;
      try {
        hash = sha256(readFileSync(path));
      } catch {
        continue;
      }
      if (seen.has(hash)) continue;
      seen.add(hash);
      found.push({ path, sha256: hash, extension, size });
      taken++;
    }
    if (!known) others += taken;
  }
  return found;
}

/** Bytes of both ends, 1024 of each for standard_v3_3, white space taken off, 256 where there is none: what Magika reads. */
export function featuresOf(path: string, size: number, ends = 1024): Int32Array {
  const features = new Int32Array(2 * ends).fill(256);
  const file = openSync(path, "r");
  try {
    const block = new Uint8Array(Math.min(4096, size));
    const space = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
    readSync(file, block, 0, block.length, 0);
    let from = 0;
    while (from < block.length && space(block[from])) from++;
    features.set(block.subarray(from, from + ends));
    readSync(file, block, 0, block.length, size - block.length);
    let to = block.length;
    while (to > 0 && space(block[to - 1])) to--;
    const last = block.subarray(Math.max(0, to - ends), to);
    features.set(last, 2 * ends - last.length);
  } finally {
    closeSync(file);
  }
  return features;
}
