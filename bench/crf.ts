import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../src/base/hash.ts";
import { tokenStreams } from "../src/features/streams.ts";
import { TokenEncoder } from "../src/features/tokens/encoder.ts";
import { defaultTokenFeatures } from "../src/features/tokens/spec.ts";
import { fitCrf, type MarkedText } from "../src/rungs/spans/crf.ts";
import { viterbi } from "../src/spans/decode.ts";
import { printSpans, type Span } from "../src/spans/span.ts";
import { spansOf } from "../src/spans/tags.ts";
import { tokensOf } from "../src/spans/tokens.ts";
import { crfsuite, crfsuiteInstalled } from "./peers/crfsuite.ts";

export const title = "The random field against CRFsuite, on training rows held out";

const shared = process.env["WHITTLE_SHARED"] ?? join(import.meta.dirname, "../../shared");

interface Row extends MarkedText {
  /** Rows of one group are held out together. */
  readonly group: string;
  readonly target: string;
}

/**
 * One part of ten of the intents, one of five of the others, by hash: the official tests stay closed. L-BFGS takes too
 * long over the 79 tags of the intents to be run here.
 */
const sets = [
  { name: "snips_slots", files: ["train.jsonl"], parts: 10, peer: false },
  { name: "echr_fr", files: ["train.jsonl", "dev.jsonl"], parts: 5, peer: true },
  { name: "presidio_synth", files: ["train.jsonl"], parts: 5, peer: true },
] as const;

export async function run(): Promise<void> {
  const installed = await crfsuiteInstalled();
  if (!installed) console.log("");
  console.log("| rows | held out | spans | F1 | trained, CPU s | F1 of CRFsuite |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const { name, files, parts, peer } of sets) {
    const folder = join(shared, "data", name);
    if (!existsSync(folder)) {
      console.log(`| ${name} | skipped: not here |`);
      continue;
    }
    const rows = files.flatMap((file) => read(join(folder, file)));
    const held = (row: Row): boolean => parseInt(sha256(row.group).slice(0, 8), 16) % parts === 0;
    const train = rows.filter((row) => !held(row));
    const test = rows.filter(held);
    const labels = [...new Set(rows.flatMap(({ spans }) => spans.map(({ label }) => label)))].sort();
    const began = process.cpuUsage();
    const find = await fitted(train, labels);
    const { user, system } = process.cpuUsage(began);
    const ours = f1(test, test.map(find));
    const theirs = peer && installed ? await crfsuite(train, test, labels) : undefined;
    console.log(
      `| ${name} | ${test.length} of ${rows.length} | ${test.flatMap(({ spans }) => spans).length} | ${ours} | ` +
        `${((user + system) / 1e6).toFixed(0)} | ${theirs === undefined ? "-" : f1(test, theirs)} |`,
    );
  }
}

/** Reads rows whose offsets count code points. */
function read(file: string): Row[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const row = JSON.parse(line) as { text: string; spans: Span[]; template?: number };
    const units = [0];
    for (const character of row.text) units.push((units.at(-1) as number) + character.length);
    const spans = row.spans.map(({ start, end, label }) => ({ start: units[start], end: units[end], label }));
    const tokens = tokensOf(row.text);
    const streams = tokenStreams(["patterns", "gazetteer"], row.text, tokens);
    spans.sort((a, b) => a.start - b.start);
    return {
      text: row.text,
      target: printSpans({ spans, unplaced: [] }),
      tokens,
      streams,
      spans,
      group: `${row.template ?? row.text}`,
    };
  });
}

async function fitted(train: readonly Row[], labels: readonly string[]): Promise<(row: Row) => Span[]> {
  const { vocabulary, model } = await fitCrf(train, labels, defaultTokenFeatures);
  const { tags, weights, transitions } = model;
  const encoder = new TokenEncoder(defaultTokenFeatures, vocabulary);
  return ({ text, tokens, streams }) => {
    const emissions = new Float32Array((tokens.length / 2) * tags);
    let at = 0;
    for (const { ids, line, line_ids } of encoder.feeds(text, tokens, streams)) {
      line.data.forEach((l, t) => {
        for (const [matrix, row] of [
          [ids, t],
          [line_ids, l],
        ] as const) {
          for (const id of matrix.data.subarray(row * matrix.dims[1], (row + 1) * matrix.dims[1])) {
            for (let k = 0; id > 0 && k < tags; k++) emissions[at + k] += weights[(id - 1) * tags + k];
          }
        }
        at += tags;
      });
    }
    return spansOf(viterbi({ tokens, emissions, transitions, windows: 1 }), tokens, labels);
  };
}

/** Span F1, exact, in percent. */
function f1(rows: readonly Row[], found: readonly (readonly Span[])[]): string {
  const key = ({ start, end, label }: Span): string => `${start} ${end} ${label}`;
  let right = 0;
  let all = 0;
  rows.forEach(({ spans }, i) => {
    const gold = new Set(spans.map(key));
    right += found[i].filter((span) => gold.has(key(span))).length;
    all += gold.size + found[i].length;
  });
  return ((200 * right) / all).toFixed(2);
}
