import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Fault } from "../base/fault.ts";
import { entryUrl } from "../base/entry.ts";
import type { Footprint } from "../record/evaluation.ts";
import { quantile } from "../stats/quantile.ts";

/** Single predictions timed; p99 with an interval wants 368. */
export const TIMED = 600;

/**
 * What a pack costs to run here: latency of single predictions through the predictor and the peak resident set of a
 * process that does nothing else. Measured in a process of its own, so that training's memory and garbage do not count.
 */
export async function measureFootprint(
  pack: string,
  texts: readonly string[],
  sizeBytes: number,
  options: { readonly threads: number; readonly signal?: AbortSignal; readonly timed?: number },
): Promise<Footprint> {
  const { timed = TIMED } = options;
  const asked = Array.from({ length: texts.length === 0 ? 0 : timed }, (_, i) => texts[i % texts.length]);
  const answer = await askChild({ pack, texts: asked, threads: options.threads }, options.signal);
  return {
    latency_ms: {
      p50: quantile(answer.milliseconds, 0.5),
      p95: quantile(answer.milliseconds, 0.95),
      p99: quantile(answer.milliseconds, 0.99),
    },
    size_bytes: sizeBytes,
    peak_memory_bytes: answer.peakBytes,
  };
}

export interface FootprintQuestion {
  readonly pack: string;
  readonly texts: readonly string[];
  readonly threads: number;
}

export interface FootprintAnswer {
  readonly milliseconds: readonly number[];
  readonly peakBytes: number;
}

function askChild(question: FootprintQuestion, signal?: AbortSignal): Promise<FootprintAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(entryUrl(import.meta.url, "./footprint-process"))], {
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => undefined); // A child that died early says why on stderr; the broken pipe adds nothing.
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) {
        resolve(JSON.parse(Buffer.concat(out).toString()) as FootprintAnswer);
        return;
      }
      reject(
        new Fault("measure/failed", {
          what: "the process that measures latency and memory ended without an answer",
          why: Buffer.concat(err).toString().trim().split("\n").slice(-3).join(" ") || `exit code ${code}`,
          remedy: "see that the machine has memory to spare, and run the command again",
        }),
      );
    });
    child.stdin.end(JSON.stringify(question));
  });
}
