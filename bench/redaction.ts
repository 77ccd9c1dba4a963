import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { random } from "../src/base/random.ts";
import { onnxruntime } from "../src/engine/index.ts";
import type { Engine } from "../src/engine/port.ts";
import { patternFor } from "../src/features/patterns/index.ts";
import { gazetteerStreams } from "../src/features/gazetteer/streams.ts";
import { patternStreams } from "../src/features/patterns/streams.ts";
import { placesIn } from "../src/kinds/spans.ts";
import type { Example } from "../src/record/dataset.ts";
import { type CategorySpec, categorySchema, type SpanSpec } from "../src/record/spans.ts";
import type { Scored } from "../src/record/scored.ts";
import { decode, viterbi } from "../src/spans/decode.ts";
import { tokensOf } from "../src/spans/tokens.ts";
import { importFile } from "../src/stages/data/index.ts";
import { printEstimate } from "../src/stats/estimate.ts";
import { quantile } from "../src/stats/quantile.ts";
import { DOCUMENT_WINDOW, redactDocument } from "../src/workbench/documents.ts";
import { fit, type Fitted, labelsOf } from "./spans/models.ts";
import { plainSpec, rowsOf, sharedData } from "./spans/rows.ts";

export const title = "Redaction of plain text by the linear rung, and single predictions";

/** UTF-16 units of the text that is redacted, at least. */
const UNITS = 5_000_000;
/** Windows that the time of each step is taken on. */
const WINDOWS = 6;

export async function run(): Promise<void> {
  const engine = onnxruntime();
  await letters(engine);
  await commands(engine);
  await engine.close();
}

async function letters(engine: Engine): Promise<void> {
  const folder = join(import.meta.dirname, "../examples/letters");
  const spec = specOf(readFileSync(join(folder, "categories.yaml"), "utf8"));
  const { examples } = await importFile(join(folder, "letters.jsonl"), {
    text: "text",
    label: "spans",
    group: "letter",
    labels: [],
    maxTextLength: 200_000,
    spans: { spec, offsets: "utf16" },
  });
  const labels = Object.keys(spec.categories);
  const fitted = await fit({
    kind: "redact",
    rung: "linear",
    train: examples,
    watch: [],
    labels,
    spec,
    engine,
    threads: 1,
  });
  const text = shuffled(examples);
  const bytes = Buffer.byteLength(text);
  console.log(`${examples.length} letters, shuffled and strung together: ${(bytes / 1e6).toFixed(1)} MB.\n`);
  await fileToFile(fitted, text, bytes);
  await steps(fitted, text);
  await fitted.predictor.close();
}

/** The texts again and again, each time in another order. */
function shuffled(rows: readonly Example[]): string {
  const draw = random(1, "bench redaction");
  const pieces: string[] = [];
  for (let units = 0; units < UNITS;) {
    for (const i of draw.sample(rows.length, rows.length)) {
      pieces.push(rows[i].text);
      units += rows[i].text.length + 2;
    }
  }
  return pieces.join("\n\n");
}

async function fileToFile({ predictor }: Fitted, text: string, bytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    writeFileSync(join(folder, "in.txt"), text);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const { counts } = await redactDocument(
      { manifest: predictor.manifest, scores: (texts, options) => predictor.scores(texts, options), hash: "" },
      join(folder, "in.txt"),
      join(folder, "out.txt"),
      { secret: undefined },
    );
    const { user, system } = process.cpuUsage(cpu);
    const wall = (performance.now() - began) / 1e3;
    const found = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const rate = (seconds: number): string => (bytes / 1e6 / seconds).toFixed(2);
    console.log(
      `File to file: ${rate((user + system) / 1e6)} MB per second of CPU time, ${rate(wall)} MB per second of the clock; ` +
        `${found} findings replaced.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** CPU time of each step on the same windows, the first of them before the clock runs. */
async function steps({ predictor }: Fitted, text: string): Promise<void> {
  const { manifest } = predictor;
  const windows = Array.from({ length: WINDOWS }, (_, w) => text.slice(w * DOCUMENT_WINDOW, (w + 1) * DOCUMENT_WINDOW));
  const tokens = windows.map((window) => tokensOf(window));
  const scored = await predictor.scores(windows);
  const lattices = scored.flatMap((one) => ("lattice" in one ? [one.lattice] : []));
  const [bytes, n] = [windows.map((window) => Buffer.byteLength(window)), tokens.map((t) => t.length / 2)].map((each) =>
    each.slice(1).reduce((sum, one) => sum + one, 0),
  );
  const lines: [step: string, of: (w: number) => unknown][] = [
    ["tokens", (w) => tokensOf(windows[w])],
    ["patterns, as features", (w) => patternStreams(windows[w], tokens[w])],
    ["dictionaries, as features", (w) => gazetteerStreams(windows[w], tokens[w])],
    ["all up to the scores of tags: the above, features, program", (w) => predictor.scores([windows[w]])],
    ["best path", (w) => viterbi(lattices[w])],
    [
      "best path, and patterns beside it, found with the scores",
      (w) => placesIn(scored[w] as Scored, windows[w], manifest),
    ],
    ["best path, and confidences (not for documents)", (w) => decode(lattices[w], manifest.labels)],
  ];
  console.log("| step | ns a byte | µs a token |");
  console.log("| --- | ---: | ---: |");
  for (const [step, of] of lines) {
    await of(0);
    const before = process.cpuUsage();
    for (let w = 1; w < WINDOWS; w++) await of(w);
    const { user, system } = process.cpuUsage(before);
    console.log(`| ${step} | ${((1e3 * (user + system)) / bytes).toFixed(0)} | ${((user + system) / n).toFixed(2)} |`);
  }
}

function specOf(yaml: string): SpanSpec {
  const { categories } = parse(yaml) as {
    categories: Record<string, Partial<CategorySpec> & { pattern?: string | string[] | null }>;
  };
  return {
    ...plainSpec,
    categories: Object.fromEntries(
      Object.entries(categories).map(([label, { policy, scope = "document", keep = 1 }]) => [
        label,
        categorySchema.parse({ policy, scope, keep }),
      ]),
    ),
    patterns: Object.entries(categories).flatMap(([label, { pattern }]) =>
      [pattern === undefined ? (patternFor(label) ?? []) : (pattern ?? [])]
        .flat()
        .map((name) => ({ pattern: name, label })),
    ),
  };
}

/** Short commands, where a single answer is waited for. */
async function commands(engine: Engine): Promise<void> {
  const folder = sharedData("snips_slots");
  if (folder === undefined) return;
  const rows = await rowsOf(folder, "train.jsonl");
  const train = rows.filter((_, i) => i % 4 === 0);
  const fitted = await fit({
    kind: "extract",
    rung: "linear",
    train,
    watch: [],
    labels: labelsOf(rows),
    spec: plainSpec,
    engine,
    threads: 1,
    settings: { epochs: 3 },
  });
  const asked = rows.filter((_, i) => i % 4 === 1).slice(0, 2000);
  const times: number[] = [];
  for (const { text } of asked) {
    const began = performance.now();
    await fitted.predictor.predict(text);
    times.push(performance.now() - began);
  }
  const warm = times.slice(times.length / 4);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => printEstimate(quantile(warm, q), 3));
  console.log(
    `\nSingle predictions with confidences of ${warm.length} commands, ${2 * fitted.predictor.manifest.labels.length + 1} tags, ms: ` +
      `p50 ${p50}; p95 ${p95}; p99 ${p99}.`,
  );
  await fitted.predictor.close();
}
