import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evenly } from "../src/base/evenly.ts";
import { sha256 } from "../src/base/hash.ts";
import { tensor } from "../src/base/tensor.ts";
import { calibrationOf, onnxruntime } from "../src/engine/index.ts";
import { fromOnnx, needsOf, quantise, type QuantiseSpec, toOnnx } from "../src/graph/index.ts";
import { type Estimate, isKnown } from "../src/stats/estimate.ts";
import { wilson } from "../src/stats/interval/wilson.ts";
import { agreementOf, kl } from "../src/workbench/quantise/judge.ts";
import { featuresOf, findFiles, type FoundFile, labelsOf } from "./magika/files.ts";

export const title = "Magika in fewer bits, on files of this machine";

const root = join(import.meta.dirname, "..");
const shared = process.env["WHITTLE_SHARED"] ?? join(root, "../shared");
const folder = join(shared, "models/magika/standard_v3_3");
const engine = onnxruntime();

/** Every eighth file calibrates, the others are judged. */
const CALIBRATES = 8;
const MOST_CALIBRATION = 256;

const eightBitKernel = { to: "int4-block", nodes: [{ match: "*Conv_0*", to: "int8" }] } as const;

const forms: Readonly<Record<string, QuantiseSpec>> = {
  fp16: { to: "fp16" },
  int8: { to: "int8" },
  "int8-dynamic, kernel int8": { to: "int8-dynamic" },
  "int8-static, min-max": { to: "int8-static" },
  "int8-block": { to: "int8-block" },
  "int4, kernel int8, nearest": { ...eightBitKernel },
  "int4, kernel int8, gptq": { ...eightBitKernel, rounding: "gptq" },
  "int4, nearest": { to: "int4-block" },
  "int4, hqq": { to: "int4-block", rounding: "hqq" },
  "int4, gptq": { to: "int4-block", rounding: "gptq" },
  "int4, table of bytes int8, gptq": {
    to: "int4-block",
    rounding: "gptq",
    nodes: [{ match: "*/Const:0", to: "int8" }],
  },
};

/** WHITTLE_FORMS names the forms, with semicolons between; all when not told. */
export async function run(): Promise<void> {
  if (!existsSync(folder)) {
    console.log(`Skipped: there is no models/magika/standard_v3_3 in ${shared} (WHITTLE_SHARED names another folder).`);
    return;
  }
  const found = findFiles(["/usr", join(root, "node_modules"), shared]);
  tellOf(found);
  const bytes = new Uint8Array(readFileSync(join(folder, "model.onnx")));
  const { target_labels_space: labels } = JSON.parse(readFileSync(join(folder, "config.min.json"), "utf8")) as {
    target_labels_space: string[];
  };
  const graph = fromOnnx(bytes);
  const calibrating = found.filter((_, i) => i % CALIBRATES === 0);
  const seen = evenly(calibrating, MOST_CALIBRATION);
  const judged = found.filter((_, i) => i % CALIBRATES !== 0);
  console.log(`\n${judged.length} files are judged, ${seen.length} others calibrate.\n`);
  const parent = await answers(bytes, judged);
  const right = (row: Float64Array, { extension }: FoundFile): boolean =>
    labelsOf[extension].includes(labels[top(row)]);
  const labelled = judged.flatMap((file, i) => ((labelsOf[file.extension] ?? []).length > 0 ? [i] : []));
  const accuracy = (rows: readonly Float64Array[]): Estimate =>
    wilson(labelled.filter((i) => right(rows[i], judged[i])).length, labelled.length);
  console.log(
    "| form | size | same label as fp32 | divergence, KL | right by extension | called otherwise most, by fp32's label |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | --- |");
  console.log(`| fp32 | 1.000 | | | ${told(accuracy(parent))} | |`);
  const only = process.env["WHITTLE_FORMS"]?.split(";");
  for (const [name, spec] of Object.entries(forms).filter(([n]) => only?.includes(n) ?? true)) {
    const runs = seen.map((file) => ({ bytes: inputOf(file) }));
    const calibration = await calibrationOf(engine, graph, needsOf(graph, spec), runs);
    const small = toOnnx(quantise(graph, { ...spec, calibration }).graph);
    const child = await answers(small, judged);
    const answer = (row: Float64Array) => ({ label: labels[top(row)], confidence: row[top(row)] });
    const {
      share,
      divergence,
      labels: types,
    } = agreementOf(parent.map((p, i) => ({ base: answer(p), head: answer(child[i]), divergence: kl(p, child[i]) })));
    const size = (small.length / bytes.length).toFixed(3);
    const worst = types.flatMap(({ label, n, share: s }) =>
      isKnown(s) && s.value < 1 ? [`${label} ${Math.round((1 - s.value) * n)} of ${n}`] : [],
    );
    const cells = [
      name,
      size,
      told(share),
      divergence.toExponential(1),
      told(accuracy(child)),
      worst.slice(0, 6).join(", "),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  await engine.close();
}

/** The manifest lies outside the project: paths are of this machine. Its hash and counts stand in the output. */
function tellOf(found: readonly FoundFile[]): void {
  const lines = found.map(({ sha256: hash, extension, size }) => `${hash} ${extension || "-"} ${size}`).sort();
  const manifest = `${lines.join("\n")}\n`;
  const path = join(mkdtempSync(join(tmpdir(), "whittle-magika-")), "manifest.txt");
  writeFileSync(path, manifest);
  const extensions = new Set(found.map((f) => f.extension));
  console.log(
    `${found.length} files of ${extensions.size} extensions, each content once; manifest ${path}, sha256 ${sha256(manifest)}.`,
  );
}

async function answers(model: Uint8Array, files: readonly FoundFile[]): Promise<Float64Array[]> {
  const program = await engine.load(model, { thread: "here" });
  const said: Float64Array[] = [];
  for (const file of files) {
    const { target_label } = await program.run({ bytes: inputOf(file) });
    said.push(Float64Array.from(target_label.data as Float32Array));
  }
  await program.close();
  return said;
}

const inputOf = ({ path, size }: FoundFile) => tensor("int32", [1, 2048], featuresOf(path, size));

const top = (row: Float64Array): number => row.reduce((best, v, i) => (v > row[best] ? i : best), 0);

function told(estimate: Estimate): string {
  if (!isKnown(estimate)) return "undetermined";
  const percent = (x: number): string => (100 * x).toFixed(2);
  return `${percent(estimate.value)} % [${percent(estimate.low)}, ${percent(estimate.high)}]`;
}
