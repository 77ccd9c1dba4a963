import { peakResidentBytes, relieveResident, residentBytes } from "../../base/resident.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { theilSen } from "../../stats/theil-sen.ts";

/** What is told of a process's memory. */
export interface MemoryTold {
  readonly resident_bytes: number;
  readonly peak_bytes: number;
  /** null where none was given. */
  readonly limit_bytes: number | null;
  /** Above the limit: nothing new is begun. */
  readonly full: boolean;
  /** Texts answered so far. */
  readonly answered: number;
  /** Bytes that the resident set grows by with 1,000 answers, over the later half of them: what comes before is warming up. */
  readonly growth: Estimate;
}

export interface WatchOptions {
  readonly limit?: number;
  /** Told when the limit is crossed, either way. */
  readonly onCrossing?: (told: MemoryTold) => void;
  readonly read?: () => number;
  readonly peak?: () => number;
  readonly relieve?: (limit: number) => void;
}

/** Points kept: when there are more, every second is let go and twice as many answers lie between two. */
const MOST_POINTS = 256;

/** Watches the resident set as answers are given, in memory of its own that does not grow. */
export class MemoryWatch {
  readonly #options: Required<Pick<WatchOptions, "read" | "peak" | "relieve">> & WatchOptions;
  #points: (readonly [answered: number, resident: number])[] = [];
  #between = 1;
  #answered = 0;
  #full = false;

  constructor(options: WatchOptions = {}) {
    this.#options = { read: residentBytes, peak: peakResidentBytes, relieve: relieveResident, ...options };
  }

  answered(texts: number): void {
    this.#answered += texts;
    const last = this.#points.at(-1)?.[0] ?? 0;
    if (this.#answered - last < this.#between) return;
    this.#points.push([this.#answered, this.#options.read()]);
    if (this.#points.length <= MOST_POINTS) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 1);
    this.#between = Math.max(2 * this.#between, Math.ceil((2 * this.#answered) / MOST_POINTS));
  }

  /** Looks whether the limit was crossed: above it garbage is collected, so that it falls where nobody asks anything either. */
  look(): void {
    const { limit = Infinity, read, relieve, onCrossing } = this.#options;
    const full = read() > limit && (relieve(limit), read() > limit);
    if (full === this.#full) return;
    this.#full = full;
    onCrossing?.(this.tell());
  }

  tell(): MemoryTold {
    const { limit, read, peak } = this.#options;
    const resident = read();
    return {
      resident_bytes: resident,
      peak_bytes: Math.max(resident, peak()),
      limit_bytes: limit ?? null,
      full: resident > (limit ?? Infinity),
      answered: this.#answered,
      growth: this.growth(),
    };
  }

  growth(): Estimate {
    const later = this.#points.filter(([answered]) => 2 * answered >= this.#answered);
    return theilSen(
      later.map(([answered]) => answered / 1000),
      later.map(([, resident]) => resident),
    );
  }
}
