import { Command, InvalidArgumentError } from "commander";
import { dirname } from "node:path";
import { Fault } from "../../../base/fault.ts";
import { type Estimate, isKnown } from "../../../stats/estimate.ts";
import { readTask } from "../../../stages/task/index.ts";
import { endpointOf } from "../../../workbench/compare/endpoint.ts";
import { compareWithEndpoint, type Generalised, type Side } from "../../../workbench/compare/generalist.ts";
import { open } from "../../../workbench/open.ts";
import { act, examples } from "../action.ts";
import { columns, counted, interval, milliseconds } from "../figures.ts";
import { flag, jsonFlag, quietFlag, wholeNumber } from "../flags.ts";
import { receiptFlag, type ReceiptFlag, requiredReceipt } from "../receipt-flag.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ReceiptFlag {
  readonly endpoint: string;
  readonly model: string;
  readonly data: string;
  readonly task?: string;
  readonly most: number;
  readonly keyEnv?: string;
  readonly price?: { readonly input: number; readonly output: number };
  readonly text?: string;
  readonly label?: string;
}

export function compareCommand(): Command {
  return new Command("compare")
    .description("a pack against a generalist behind an endpoint that the task's policy names, on the same items")
    .argument("<pack>", "the pack, a .whittle file")
    .addOption(flag("--endpoint <url>", "an OpenAI-compatible address that whittle.yaml names").makeOptionMandatory())
    .addOption(flag("--model <name>", "the model to ask there").makeOptionMandatory())
    .addOption(flag("--data <file>", "labelled rows that the pack has not seen").makeOptionMandatory())
    .addOption(flag("--task <dir>", "the folder of whittle.yaml (the pack's when not given)"))
    .addOption(
      flag("--most <n>", "rows to ask at most, drawn by the seed").argParser(wholeNumber(1, 100_000)).default(200),
    )
    .addOption(flag("--key-env <name>", "the environment variable that holds the endpoint's key"))
    .addOption(flag("--price <in,out>", "price of a million tokens read and written").argParser(priceOf))
    .addOption(flag("--text <column>", "the column of the text (the pack's own when not given)"))
    .addOption(flag("--label <column>", "the column of the label (the pack's own when not given)"))
    .addOption(receiptFlag())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      "\nThe texts of these rows are sent to the endpoint. Without its address in whittle.yaml nothing is sent.\n" +
        examples(
          "whittle compare tickets/tickets.whittle --endpoint http://127.0.0.1:8080/v1 --model local-8b --data more.jsonl",
        ),
    )
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, options: Options, path: string): Promise<void> {
  const { endpoint: url, model, data, most, text, label, price } = options;
  const task = readTask(options.task ?? dirname(path));
  const endpoint = endpointOf({ url, model, policy: task.policy, key: keyFrom(options.keyEnv) });
  const pack = await open(path, { ...requiredReceipt(options) });
  try {
    const { progress, signal } = terminal;
    terminal.note(`up to ${counted(most, "text")} of ${data} will be sent to ${url}, which whittle.yaml names`);
    const told = await compareWithEndpoint(pack, task, endpoint, {
      ...{ model, data, most, text, label, price, progress, signal },
    });
    if (terminal.json) terminal.printJson(told);
    else print(terminal, told);
  } finally {
    await pack.close();
  }
}

function keyFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = process.env[variable];
  if (key !== undefined && key.trim() !== "") return key.trim();
  throw new Fault("endpoint/no-key", {
    what: `the environment variable ${variable} holds no key`,
    where: "--key-env",
    remedy: `set it: export ${variable}=…`,
  });
}

function priceOf(text: string): { input: number; output: number } {
  const [input, output, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (more.length === 0 && input >= 0 && output >= 0) return { input, output };
  throw new InvalidArgumentError("Two prices of a million tokens are wanted, read and written, such as 0.5,1.5.");
}

function print(terminal: Terminal, told: Generalised): void {
  const { specialist, generalist, difference, n, trained, currency } = told;
  const { style } = terminal;
  terminal.print(`${style("bold", told.task)} against ${style("bold", told.model)} on ${counted(n, "row")}`);
  if (trained > 0) terminal.print(style("dim", `${counted(trained, "row")} left out: the pack was trained on them`));
  const row = (name: string, side: Side): string[] => [
    name,
    interval(side.accuracy),
    milliseconds(side.latency_ms.p50),
    milliseconds(side.latency_ms.p95),
    money(side.cost_per_million, currency),
  ];
  const head = ["", "accuracy", "p50", "p95", "a million cost"];
  const [first, ...rest] = columns([head, row("pack", specialist), row(told.model, generalist)]);
  terminal.print(style("bold", first));
  for (const line of rest) terminal.print(line);
  const p = told.p < 0.001 ? "p < 0.001" : `p = ${told.p.toFixed(3)}`;
  terminal.print(
    `difference ${interval(difference)} (${p}): ${verdict(difference, told.model)}; ` +
      `${told.only_specialist} right by the pack alone, ${told.only_generalist} by ${told.model} alone`,
  );
  if (generalist.unparsable + generalist.failed === 0) return;
  terminal.print(
    style(
      "yellow",
      `counted as wrong: ${generalist.unparsable} answers that are no label, ${generalist.failed} not given`,
    ),
  );
  for (const { where, said } of generalist.listed.slice(0, 5)) terminal.print(`  ${where}: ${JSON.stringify(said)}`);
}

function verdict(difference: Estimate, model: string): string {
  if (!isKnown(difference)) return "undetermined";
  if (difference.low > 0) return "the pack is better";
  return difference.high < 0 ? `${model} is better` : "too small to tell";
}

function money(cost: Estimate, currency: string): string {
  return isKnown(cost) ? `${cost.value.toPrecision(3)} ${currency}` : `– (${cost.undetermined})`;
}
