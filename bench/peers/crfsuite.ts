import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSpans, type Span } from "../../src/spans/span.ts";
import { spansOf, tagsOf } from "../../src/spans/tags.ts";
import { tokensOf } from "../../src/spans/tokens.ts";

/**
 * CRFsuite (Okazaki 2007) as the peer of the random field: trained on the same rows over the same tokens and the same kind
 * of features (crfsuite.py). Of the names "wapiti" and "CRF" Debian has a web scanner alone, so this peer comes from pip:
 * python-crfsuite, for the Python that WHITTLE_PYTHON names.
 */
const python = process.env["WHITTLE_PYTHON"] ?? "python3";

interface Row {
  readonly text: string;
  readonly target: string | null;
}

export function crfsuiteInstalled(): boolean {
  return spawnSync(python, ["-c", "import pycrfsuite"]).status === 0;
}

/** The spans found in each row asked, after training on rows with a printed target; undefined where it is not installed. */
export function crfsuite(
  train: readonly Row[],
  asked: readonly Row[],
  labels: readonly string[],
): Span[][] | undefined {
  if (!crfsuiteInstalled()) return undefined;
  const names = ["O", ...labels.flatMap((label) => [`B-${label}`, `I-${label}`])];
  const folder = mkdtempSync(join(tmpdir(), "whittle-crfsuite-"));
  try {
    const [trainFile, askedFile] = ["train.jsonl", "asked.jsonl"].map((file) => join(folder, file));
    const line = ({ text, target }: Row): string => {
      const tokens = tokensOf(text);
      const tags = tagsOf(parseSpans(target ?? "[]").spans, tokens, labels);
      return JSON.stringify({ tokens: words(text, tokens), tags: Array.from(tags, (tag) => names[tag]) });
    };
    writeFileSync(trainFile, train.map(line).join("\n"));
    writeFileSync(askedFile, asked.map((row) => line({ ...row, target: null })).join("\n"));
    const said = spawnSync(python, [join(import.meta.dirname, "crfsuite.py"), trainFile, askedFile], {
      maxBuffer: 1 << 28,
    });
    if (said.status !== 0) throw new Error(said.stderr.toString());
    const { tags } = JSON.parse(said.stdout.toString()) as { tags: string[][] };
    return asked.map(({ text }, i) => {
      const path = tags[i].map((tag) => names.indexOf(tag));
      return spansOf(path, tokensOf(text), labels);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each token's word, whether white space stands before it, and whether it begins a line. */
function words(text: string, tokens: Int32Array): [string, boolean, boolean][] {
  return Array.from({ length: tokens.length / 2 }, (_, i) => {
    const gap = text.slice(i === 0 ? 0 : tokens[2 * i - 1], tokens[2 * i]);
    return [text.slice(tokens[2 * i], tokens[2 * i + 1]), gap !== "", i === 0 || gap.includes("\n")];
  });
}
