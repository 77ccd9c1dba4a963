import { Command } from "commander";
import { printBytes } from "../../../base/print.ts";
import type { Opened } from "../../../predict/pack.ts";
import { budgetOf } from "../../../workbench/memory/budget.ts";
import type { MemoryTold } from "../../../workbench/memory/watch.ts";
import { open } from "../../../workbench/open.ts";
import { appOf } from "../../server/app.ts";
import { isLoopback } from "../../server/host.ts";
import { defaultLimits } from "../../server/limits.ts";
import { listen } from "../../server/listen.ts";
import { act, examples } from "../action.ts";
import { faultOf } from "../exit.ts";
import { flag, jsonFlag, memoryFlag, quietFlag, threadsFlag, wholeNumber } from "../flags.ts";
import { receiptFlag, type ReceiptFlag, requiredReceipt } from "../receipt-flag.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ReceiptFlag {
  readonly port: number;
  readonly host: string;
  readonly threads?: number;
  readonly maxBody: number;
  readonly deadline: number;
  readonly memory?: string;
}

const GRACE_MS = 5000;
/** How often memory is looked at between requests. */
const LOOK_MS = 1000;

export function serveCommand(): Command {
  const { maxBodyBytes, deadlineMs } = defaultLimits;
  return new Command("serve")
    .description("answer over HTTP: POST /v1/predict, GET /v1/models, GET /health")
    .argument("<packs...>", "packs, .whittle files")
    .addOption(flag("--port <n>", "0 for one that is free").argParser(wholeNumber(0, 65535)).default(8017))
    .addOption(flag("--host <address>", "where to listen; the default is this machine alone").default("127.0.0.1"))
    .addOption(threadsFlag("threads that one answer may use"))
    .addOption(
      flag("--max-body <bytes>", "largest request")
        .argParser(wholeNumber(1, 2 ** 28))
        .default(maxBodyBytes),
    )
    .addOption(
      flag("--deadline <ms>", "longest a request may take").argParser(wholeNumber(1, 3_600_000)).default(deadlineMs),
    )
    .addOption(memoryFlag())
    .addOption(receiptFlag())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples(
        "whittle serve tickets/tickets.whittle",
        "whittle serve tickets/tickets.whittle letters/letters.whittle --memory 512MB",
        `curl -s http://127.0.0.1:8017/v1/predict -H 'Content-Type: application/json' -d '{"text":"my card was swallowed"}'`,
      ),
    )
    .action(act<[string[]], Options>(run));
}

async function run(terminal: Terminal, options: Options, paths: string[]): Promise<void> {
  const packs: Opened[] = [];
  const budget = options.memory === undefined ? undefined : budgetOf(options.memory, { serves: true });
  let looking: NodeJS.Timeout | undefined;
  try {
    const secret = process.env["WHITTLE_PSEUDONYM_KEY"];
    for (const path of paths) {
      const required = requiredReceipt(options);
      const threads = options.threads ?? 1;
      packs.push(await open(path, { thread: "worker", threads, secret, memory: budget, ...required }));
    }
    const app = appOf(packs, {
      limits: { maxBodyBytes: options.maxBody, deadlineMs: options.deadline },
      loopbackOnly: isLoopback(options.host),
      budget,
      onCrossing: (told) => terminal.note(crossing(told)),
      onDefect: (error) => terminal.note(`a request failed: ${faultOf(error).message}`),
    });
    const server = await listen(app, options.host, options.port, {
      most: budget?.connections(),
      deadlineMs: options.deadline,
    });
    looking = setInterval(() => app.watch.look(), LOOK_MS).unref();
    const models = packs.map((pack) => pack.card.task.name);
    if (terminal.json) terminal.printJson({ url: server.url, models });
    else terminal.print(`Serving ${models.join(", ")} on ${server.url}; Ctrl-C stops it.`);
    await stopAsked(terminal.signal);
    await server.stop(GRACE_MS);
  } finally {
    clearInterval(looking);
    for (const pack of packs) await pack.close();
  }
}

function crossing({ full, resident_bytes, limit_bytes }: MemoryTold): string {
  const held = `${printBytes(resident_bytes)} of ${printBytes(limit_bytes ?? 0)} are held`;
  return full ? `memory is full: ${held}; new requests are refused until it falls` : `memory has fallen: ${held}`;
}

function stopAsked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
