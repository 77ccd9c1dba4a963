import { random, type Random } from "../src/base/random.ts";
import { krippendorffAlpha } from "../src/stats/agreement.ts";
import { auroc } from "../src/stats/auroc.ts";
import { bootstrap, type Statistic } from "../src/stats/bootstrap.ts";
import { calibrationError } from "../src/stats/calibration.ts";
import { confusion, qualityByClass } from "../src/stats/classification.ts";
import { isKnown, type Estimate } from "../src/stats/estimate.ts";
import { clopperPearson } from "../src/stats/interval/clopper-pearson.ts";
import { f1OfGroups, shareOfItems } from "../src/stats/interval/share.ts";
import { wilson } from "../src/stats/interval/wilson.ts";
import { macroF1Difference, macroF1Of } from "../src/stats/macro-f1-difference.ts";
import { macroF1 } from "../src/stats/macro-f1.ts";
import { discordance } from "../src/stats/mcnemar.ts";
import { pairedBootstrap, pairedShares } from "../src/stats/paired.ts";
import { quantile } from "../src/stats/quantile.ts";
import { riskCoverageArea } from "../src/stats/risk-coverage.ts";
import { binomialCdf, normalCdf } from "../src/stats/special.ts";

export const title = "How often 95 % intervals hold the truth, by method";

/** Runs in which the bootstrap, which is slow, is tried beside the method used. */
const RESAMPLED = 80;
const SIZES = [50, 200, 1000] as const;

/** Counts how often intervals were given, and how often those held the truth, population by population. */
class Tally {
  private readonly cells = new Map<string, { runs: number; given: number; held: number }>();

  add(population: string, estimate: Estimate, truth: number): void {
    const cell = this.cells.get(population) ?? { runs: 0, given: 0, held: 0 };
    cell.runs++;
    if (isKnown(estimate)) {
      cell.given++;
      if (estimate.low <= truth + 1e-12 && truth - 1e-12 <= estimate.high) cell.held++;
    }
    this.cells.set(population, cell);
  }

  /** "96.1 (93.0 … 99.0), 100": mean over all intervals given, least and greatest of one population, share given. */
  print(): string {
    const cells = [...this.cells.values()];
    const sum = (pick: (cell: { runs: number; given: number; held: number }) => number): number =>
      cells.reduce((total, cell) => total + pick(cell), 0);
    const given = sum((cell) => cell.given);
    if (given === 0) return "not given";
    // A population in which few are given says more about luck than about coverage.
    const rates = cells.filter((cell) => cell.given >= 60).map((cell) => (100 * cell.held) / cell.given);
    const range = rates.length === 0 ? "" : ` (${Math.min(...rates).toFixed(1)} … ${Math.max(...rates).toFixed(1)})`;
    return `${((100 * sum((cell) => cell.held)) / given).toFixed(1)}${range}, ${((100 * given) / sum((cell) => cell.runs)).toFixed(0)}`;
  }
}

interface Population {
  readonly name: string;
  readonly classes: number;
  /** Cumulative shares of the cells of the confusion matrix, row-major. */
  readonly upTo: Float64Array;
  readonly macroF1: number;
  readonly classF1: readonly number[];
}

/** Where the errors of a class go: evenly, to classes drawn once, or to the large classes. */
const ERRORS = ["evenly", "unevenly", "to large classes"] as const;

function population(classes: number, right: number, skew: number, errors: (typeof ERRORS)[number]): Population {
  const name = `${classes} classes, ${right} right, skew ${skew}, errors ${errors}`;
  const draws = random("population", name);
  const weights = Array.from({ length: classes }, (_, k) => (k + 1) ** -skew);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const cells = new Float64Array(classes * classes);
  for (let t = 0; t < classes; t++) {
    const wrong = Math.min(0.9, (1 - right) * (errors === "evenly" ? 1 : 2 * draws.uniform()));
    const pull = weights.map((w, p) =>
      p === t ? 0 : errors === "evenly" ? 1 : errors === "unevenly" ? draws.uniform() ** 4 : w,
    );
    const pulls = pull.reduce((sum, w) => sum + w, 0);
    for (let p = 0; p < classes; p++) {
      cells[t * classes + p] = (weights[t] / total) * (p === t ? 1 - wrong : (wrong * pull[p]) / pulls);
    }
  }
  let running = 0;
  const upTo = cells.map((share) => (running += share));
  const classF1 = Array.from({ length: classes }, (_, k) => {
    let touched = 0;
    for (let j = 0; j < classes; j++) touched += cells[k * classes + j] + cells[j * classes + k];
    return (2 * cells[k * classes + k]) / touched;
  });
  return { name, classes, upTo, classF1, macroF1: classF1.reduce((sum, f) => sum + f, 0) / classes };
}

function drawItems({ upTo, classes }: Population, n: number, draws: Random): [Int32Array, Int32Array] {
  const truth = new Int32Array(n);
  const predicted = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const u = draws.uniform();
    let a = 0;
    let b = upTo.length - 1;
    while (a < b) {
      const middle = (a + b) >>> 1;
      if (upTo[middle] > u) b = middle;
      else a = middle + 1;
    }
    truth[i] = Math.floor(a / classes);
    predicted[i] = a % classes;
  }
  return [truth, predicted];
}

/** Macro-F1 over the classes that a resample holds or predicts, as is common. */
function overClassesMet(truth: Int32Array, predicted: Int32Array, classes: number): Statistic {
  const hits = new Float64Array(classes);
  const both = new Float64Array(classes);
  return (weights) => {
    hits.fill(0);
    both.fill(0);
    weights.forEach((weight, i) => {
      both[truth[i]] += weight;
      both[predicted[i]] += weight;
      if (truth[i] === predicted[i]) hits[truth[i]] += weight;
    });
    let sum = 0;
    let met = 0;
    for (let k = 0; k < classes; k++) {
      if (both[k] === 0) continue;
      sum += (2 * hits[k]) / both[k];
      met++;
    }
    return sum / met;
  };
}

/** Exact: the binomial mass of the counts whose interval holds p, over p = 0.01 … 0.99. */
function proportions(): void {
  console.log("| proportion, exact | n | mean over p | least | greatest |\n|---|---:|---:|---:|---:|");
  for (const [name, interval] of Object.entries({ wilson, "clopper-pearson": clopperPearson })) {
    for (const n of SIZES) {
      const given = Array.from({ length: n + 1 }, (_, k) => interval(k, n));
      const rates = Array.from({ length: 99 }, (_, i) => {
        const p = (i + 1) / 100;
        let mass = 0;
        given.forEach((e, k) => {
          if (isKnown(e) && e.low <= p && p <= e.high) mass += binomialCdf(k, n, p) - binomialCdf(k - 1, n, p);
        });
        return 100 * mass;
      });
      const mean = rates.reduce((sum, r) => sum + r, 0) / rates.length;
      const [least, most] = [Math.min(...rates), Math.max(...rates)];
      console.log(`| ${name} | ${n} | ${mean.toFixed(1)} | ${least.toFixed(1)} | ${most.toFixed(1)} |`);
    }
  }
}

function manyClasses(runs: number): void {
  console.log(
    "\n| n | classes | macro-F1 | macro-F1, percentile bootstrap (not used) | F1 of one class |\n|---:|---:|---|---|---|",
  );
  for (const n of SIZES) {
    for (const classes of [2, 8, 77]) {
      const [ours, percentile, single] = [new Tally(), new Tally(), new Tally()];
      for (const right of [0.6, 0.8, 0.92, 0.98]) {
        for (const skew of [0, 1]) {
          for (const errors of ERRORS) {
            const from = population(classes, right, skew, errors);
            const draws = random("coverage", `${from.name} ${n}`);
            for (let run = 0; run < (classes === 77 ? runs / 2 : runs); run++) {
              const [truth, predicted] = drawItems(from, n, draws);
              const matrix = confusion(truth, predicted, classes);
              ours.add(from.name, macroF1(matrix), from.macroF1);
              qualityByClass(matrix).forEach(({ f1 }, k) => single.add(from.name, f1, from.classF1[k]));
              if (run >= RESAMPLED) continue;
              const seed = `${from.name} ${run}`;
              const statistic = overClassesMet(truth, predicted, classes);
              const resampled = bootstrap(statistic, n, { seed, draws: 200, method: "percentile" });
              percentile.add(from.name, resampled, from.macroF1);
            }
          }
        }
      }
      console.log(`| ${n} | ${classes} | ${ours.print()} | ${percentile.print()} | ${single.print()} |`);
    }
  }
}

/** Two candidates that share most of their answers; on balanced classes with even errors macro-F1 is the share right. */
function differences(runs: number): void {
  console.log(
    "\n| n | classes | accuracy, Tango | macro-F1, jackknife | macro-F1, paired percentile bootstrap |\n|---:|---:|---|---|---|",
  );
  for (const n of SIZES) {
    for (const classes of [2, 8, 77]) {
      const [shares, left, resampled] = [new Tally(), new Tally(), new Tally()];
      for (const [base, head] of [
        [0.6, 0.7],
        [0.8, 0.8],
        [0.8, 0.85],
        [0.95, 0.96],
        [0.98, 0.98],
      ]) {
        const name = `${base} against ${head}`;
        const draws = random("difference", `${name} ${n} ${classes}`);
        for (let run = 0; run < runs; run++) {
          const truth = Array.from({ length: n }, () => draws.below(classes));
          const lot = truth.map(() => draws.uniform());
          const wrong = truth.map((t) => (t + 1 + draws.below(classes - 1)) % classes);
          const again = lot.map((u) => (draws.uniform() < 0.7 ? u : draws.uniform()));
          const first = truth.map((t, i) => (lot[i] < base ? t : wrong[i]));
          const second = truth.map((t, i) => (again[i] < head ? t : wrong[i]));
          let onlyBase = 0;
          let onlyHead = 0;
          truth.forEach((t, i) => {
            if (first[i] === t && second[i] !== t) onlyBase++;
            if (first[i] !== t && second[i] === t) onlyHead++;
          });
          shares.add(name, pairedShares({ n, both: 0, onlyBase, onlyHead }), head - base);
          const known = macroF1Difference(truth, first, second, classes);
          left.add(name, known, head - base);
          if (!isKnown(known) || run >= RESAMPLED) continue;
          const [a, b] = [macroF1Of(truth, first, classes), macroF1Of(truth, second, classes)];
          resampled.add(name, pairedBootstrap(a, b, n, { seed: `${name} ${run}`, draws: 200 }), head - base);
        }
      }
      console.log(`| ${n} | ${classes} | ${shares.print()} | ${left.print()} | ${resampled.print()} |`);
    }
  }
}

/**
 * Customers of one to nine rows each, of whom a share has all rows right or wrong together; half of the rows of the second
 * candidate have the luck of the first.
 */
function groups(runs: number): void {
  console.log(
    "\n| groups | accuracy over groups | rows taken as independent (not used) | difference, Tango over groups | rows taken as independent (not used) |\n|---:|---|---|---|---|",
  );
  for (const n of SIZES) {
    const [ours, naive, paired, apart] = Array.from({ length: 4 }, () => new Tally());
    for (const [base, head] of [
      [0.7, 0.8],
      [0.9, 0.9],
      [0.97, 0.96],
    ]) {
      for (const alike of [0, 0.5, 1]) {
        const name = `${base} ${head} ${alike}`;
        const draws = random("groups", `${name} ${n}`);
        for (let run = 0; run < runs; run++) {
          const [first, second, of]: [boolean[], boolean[], number[]] = [[], [], []];
          for (let g = 0; g < n; g++) {
            const lots = (): number[] => [draws.uniform(), draws.uniform(), draws.uniform()];
            const together = draws.uniform() < alike ? lots() : undefined;
            for (let i = draws.below(9); i >= 0; i--) {
              const [a, b, coin] = together ?? lots();
              first.push(a < base);
              second.push((coin < 0.5 ? a : b) < head);
              of.push(g);
            }
          }
          const stands = Uint32Array.from(of);
          ours.add(name, shareOfItems(first, stands), base);
          naive.add(name, shareOfItems(first), base);
          paired.add(name, pairedShares(discordance(first, second, stands)), head - base);
          apart.add(name, pairedShares(discordance(first, second)), head - base);
        }
      }
    }
    console.log(`| ${n} | ${ours.print()} | ${naive.print()} | ${paired.print()} | ${apart.print()} |`);
  }
}

/** Documents with one to twelve spans; a document draws its own share of hits, so that spans stand or fall together. */
function spans(runs: number): void {
  console.log(
    "\n| documents | span F1 over documents | span F1, spans taken as independent (not used) |\n|---:|---|---|",
  );
  for (const n of SIZES) {
    const [ours, naive] = [new Tally(), new Tally()];
    for (const share of [0.5, 0.8, 0.95, 0.99]) {
      for (const apart of [0, 0.5, 1]) {
        const name = `${share} ${apart}`;
        const draws = random("spans", `${name} ${n}`);
        const spread = apart * Math.min(share, 1 - share);
        const truth = (2 * share) / (1 + share);
        for (let run = 0; run < runs; run++) {
          const [hits, strays, misses] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
          for (let d = 0; d < n; d++) {
            const own = share + (draws.uniform() < 0.5 ? spread : -spread);
            for (let s = draws.below(12); s >= 0; s--) {
              (draws.uniform() < own ? hits : draws.uniform() < 0.5 ? strays : misses)[d]++;
            }
          }
          ours.add(name, f1OfGroups(hits, strays, misses), truth);
          const sum = (values: Float64Array): number => values.reduce((total, x) => total + x, 0);
          const jaccard = wilson(sum(hits), sum(hits) + sum(strays) + sum(misses));
          naive.add(name, jaccard, share);
        }
      }
    }
    console.log(`| ${n} | ${ours.print()} | ${naive.print()} |`);
  }
}

function others(runs: number): void {
  console.log(
    "\n| n | quantiles 0.5, 0.95, 0.99 | calibration error | risk-coverage area | area under ROC | Krippendorff's alpha |\n|---:|---|---|---|---|---|",
  );
  for (const n of SIZES) {
    const [ranks, calibration, area, roc, alpha] = Array.from({ length: 5 }, () => new Tally());
    const draws = random("others", `${n}`);
    const sample = (of: () => number): Float64Array => Float64Array.from({ length: n }, of);
    for (const level of [0, 1, 2]) {
      for (let run = 0; run < runs; run++) {
        const q = [0.5, 0.95, 0.99][level];
        ranks.add(
          `${q}`,
          quantile(
            sample(() => -Math.log(1 - draws.uniform())),
            q,
          ),
          -Math.log(1 - q),
        );
        const excess = [0, 0.03, 0.1][level];
        const trust = sample(() => 0.5 + draws.uniform() / 2);
        calibration.add(
          `${excess}`,
          calibrationError(
            trust,
            trust.map((c) => Number(draws.uniform() < c - excess)),
          ),
          excess,
        );
        const apart = [0, 1, 2.5][level];
        const scores = Float64Array.from({ length: n }, (_, i) => draws.normal() + (i % 4 === 0 ? apart : 0));
        const sought = Array.from(scores, (_, i) => i % 4 === 0);
        roc.add(`${apart}`, auroc(scores, sought), normalCdf(apart / Math.SQRT2));
        if (run >= runs / 8) continue;
        const most = [0.6, 0.3, 0.08][level];
        const sure = sample(() => draws.uniform());
        const right = sure.map((c) => Number(draws.uniform() > most * (1 - c)));
        area.add(`${most}`, riskCoverageArea(sure, right), most / 4);
        const same = [0.4, 0.8, 0.97][level];
        const texts = Array.from({ length: n }, () => {
          const label = draws.below(4);
          return Array.from({ length: 2 + draws.below(2) }, () => (draws.uniform() < same ? label : draws.below(4)));
        });
        alpha.add(`${same}`, krippendorffAlpha(texts), same * same);
      }
    }
    const row = [ranks, calibration, area, roc, alpha].map((tally) => tally.print());
    console.log(`| ${n} | ${row.join(" | ")} |`);
  }
}

/** Prints Markdown tables: mean coverage in per cent (least … greatest of one population), per cent of intervals given. */
export async function run(): Promise<void> {
  proportions();
  manyClasses(600);
  differences(300);
  groups(800);
  spans(800);
  others(800);
}
