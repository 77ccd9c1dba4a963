import { evenly } from "../src/base/evenly.ts";
import { calibrationOf, onnxruntime } from "../src/engine/index.ts";
import { faked, fakesOf, type Graph, needsOf, quantise, type QuantiseSpec } from "../src/graph/index.ts";
import { type Divergence, divergence, type Taught, taughtBy } from "../src/learn/heal/divergence.ts";
import { heal, type HealOptions } from "../src/learn/heal/heal.ts";
import { specs } from "../src/stages/quantise/specs.ts";
import { isKnown } from "../src/stats/estimate.ts";
import { wilson } from "../src/stats/interval/wilson.ts";
import { banking, snips } from "./damage/sets.ts";
import { magika, magikaFast, magikaFastMore, nnsplit, squeezenet } from "./healing/others.ts";
import { folded, made } from "./healing/own.ts";
import { type Load, shared, type Tried } from "./healing/tried.ts";

export const title = "Healing: how far answers move on inputs that no rounding has seen, before and after";

const engine = onnxruntime();

const models: Readonly<Record<string, { readonly name: string; readonly load: Load }>> = {
  made: { name: "encoder of 2 × 128, fresh", load: made },
  bag: { name: "Banking77, bag", load: async () => folded(await banking("bag"), engine) },
  encoder: { name: "Banking77, encoder beside the bag", load: async () => folded(await banking("encoder"), engine) },
  snips: { name: "SNIPS, tagger beside a random field", load: async () => folded(await snips(), engine) },
  magika: { name: "Magika standard_v3_3, files", load: magika },
  fast: { name: "Magika fast_v2_1, files", load: magikaFast },
  "fast-more": { name: "Magika fast_v2_1, more files", load: magikaFastMore },
  squeezenet: { name: "SqueezeNet, drawn pictures", load: squeezenet },
  nnsplit: { name: "nnsplit en, questions", load: nnsplit },
};
/** Batches by whose moments GPTQ rounds, and healing begins. */
const SEEN = 64;
const roundings = ["nearest", "mse", "hqq", "gptq"] as const;

/**
 * WHITTLE_MODELS names models by their keys above, WHITTLE_BENCH_KEEP a folder that trained folds are kept in. With
 * WHITTLE_BENCH_BEYOND, two bits and ternary too.
 */
export async function run(): Promise<void> {
  const asked = process.env["WHITTLE_MODELS"]?.split(",");
  console.log(
    `| model | learned | judged | ${roundings.join(" | ")} | healed | healed closer than gptq on | seconds |`,
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const [key, { name, load }] of Object.entries(models)) {
    if (asked !== undefined && !asked.includes(key)) continue;
    const tried = await load();
    if (tried === undefined) console.log(`| ${name} | skipped: not in ${shared} |`);
    else await judge(name, tried);
  }
  await engine.close();
}

async function judge(name: string, tried: Tried): Promise<void> {
  const { parent, learned, judged } = tried;
  const settings = { ...tried, engine, seed: 1, threads: 1 };
  const taught = await taughtBy(parent, judged, settings);
  const apart = (graph: Graph): Promise<Divergence> => divergence(graph, taught, settings);
  const gptq: QuantiseSpec = { ...specs.int4, rounding: "gptq" };
  const calibration = await calibrationOf(engine, parent, needsOf(parent, gptq), evenly(learned, SEEN));
  const found: Divergence[] = [];
  for (const rounding of roundings)
    found.push(await apart(quantise(parent, { ...specs.int4, rounding, calibration }).graph));
  const began = performance.now();
  const healed = await heal(parent, { ...specs.int4, calibration }, learned, settings);
  const seconds = (performance.now() - began) / 1e3;
  found.push(await apart(quantise(healed.graph, specs.int4).graph));
  const [before, after] = found.slice(-2).map(({ each }) => byInput(each, taught));
  const closer = wilson(after.filter((d, i) => d < before[i]).length, judged.length);
  const share = isKnown(closer) ? [closer.value, closer.low, closer.high].map((x) => x.toFixed(2)) : [];
  const cells = found.map((d) => d.apart.toExponential(2)).join(" | ");
  console.log(
    `| ${name} | ${tried.inputs} | ${judged.length} | ${cells} | ${share[0]} [${share[1]}, ${share[2]}] | ${seconds.toFixed(0)} |`,
  );
  if (process.env["WHITTLE_BENCH_BEYOND"] !== undefined) await beyond(name, tried, apart, settings);
}

/** The sum over the rows of each input. */
function byInput(each: Float64Array, taught: readonly Taught[]): number[] {
  let at = 0;
  return taught.map(({ weights }) => {
    const from = at;
    at += weights.data.length;
    return each.subarray(from, at).reduce((sum, d) => sum + d, 0);
  });
}

async function beyond(
  name: string,
  { parent, learned }: Tried,
  apart: (graph: Graph) => Promise<Divergence>,
  settings: HealOptions,
): Promise<void> {
  for (const beyond of ["int2", "ternary"] as const) {
    const small = (graph: Graph): Graph => faked(graph, fakesOf(graph, specs.int4, beyond));
    const healed = await heal(parent, specs.int4, learned, { ...settings, rate: 1e-3, beyond });
    for (const [how, graph] of [["as it is", parent] as const, ["healed", healed.graph] as const]) {
      const { apart: far, agree } = await apart(small(graph));
      console.log(`| ${name} | ${beyond}, ${how} | ${far.toExponential(2)} | ${(100 * agree).toFixed(2)} % |`);
    }
  }
}
