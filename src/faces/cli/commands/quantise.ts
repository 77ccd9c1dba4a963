import { Command, InvalidArgumentError } from "commander";
import { Fault } from "../../../base/fault.ts";
import { writeWhole } from "../../../base/files.ts";
import { nearest } from "../../../base/nearest.ts";
import type { Form, QuantiseSpec } from "../../../graph/index.ts";
import { rangeMethods } from "../../../graph/quantise/range.ts";
import { roundings } from "../../../graph/quantise/matrix.ts";
import { blocks, forms, isInBlocks } from "../../../graph/quantise/spec.ts";
import { damagePage } from "../../../report/damage-page.ts";
import { marginsOf } from "../../../stages/task/margins.ts";
import { openEngine } from "../../../workbench/open.ts";
import { quantiseModel, type QuantiseQuestion } from "../../../workbench/quantise/model.ts";
import { act, examples } from "../action.ts";
import { HELD, NOT_HELD } from "../exit.ts";
import { flag, jsonFlag, quietFlag, seedFlag, several, threadsFlag, wholeNumber } from "../flags.ts";
import { printQuantised } from "../quantise-view.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly to?: string;
  readonly block?: string;
  readonly zeroPoints?: boolean;
  readonly rounding?: QuantiseSpec["rounding"];
  readonly range?: QuantiseSpec["range"];
  readonly otherwise?: QuantiseSpec["otherwise"];
  readonly keep?: readonly string[];
  readonly node?: readonly string[];
  readonly calibrate?: string;
  readonly adapter?: string;
  readonly data?: string;
  readonly margin?: readonly string[];
  readonly limit?: number;
  readonly heal?: boolean;
  readonly epochs?: number;
  readonly out?: string;
  readonly report?: string;
  readonly seed?: number;
  readonly threads?: number;
}

/** int4 is short for its only form. */
const asked = [...forms.filter((form) => form !== "fp32" && form !== "int4-block"), "int4", "mixed"];

export function quantiseCommand(): Command {
  return new Command("quantise")
    .description("an ONNX model with its weights in fewer bits, and what that costs on your own rows")
    .argument("<model>", "an ONNX file")
    .addOption(flag("--to <form>", "what weights become").choices(asked))
    .addOption(
      flag("--block <n>", "weights that share a scale, of int4 and int8-block (default: 32)").choices(
        blocks.map(String),
      ),
    )
    .addOption(flag("--zero-points", "a zero point for each block"))
    .addOption(
      flag("--rounding <method>", "how weights are rounded (default: gptq with --calibrate, else hqq)").choices(
        roundings,
      ),
    )
    .addOption(
      flag("--range <method>", "how int8-static takes ranges from what was seen (default: min-max)").choices(
        rangeMethods,
      ),
    )
    .addOption(
      flag("--otherwise <form>", "for weights that a form cannot take (default: int8 for blocks)").choices([
        "fp32",
        "fp16",
        "int8",
      ]),
    )
    .addOption(
      flag(
        "--keep <pattern>",
        "leave nodes or weights of this name, * for any characters; may be given several times",
      ).argParser(several),
    )
    .addOption(
      flag("--node <pattern=form>", "a form for nodes or weights of this name; may be given several times").argParser(
        several,
      ),
    )
    .addOption(flag("--calibrate <file>", "rows of inputs as JSONL, for gptq, int8-static, mixed and --heal"))
    .addOption(flag("--adapter <file>", "how rows become inputs, and what the output says: docs/quantise.md"))
    .addOption(flag("--data <file>", "rows as JSONL that both models answer, best with labels"))
    .addOption(
      flag("--margin <figure=share>", "how much worse it may be: accuracy=1%; may be given several times").argParser(
        several,
      ),
    )
    .addOption(flag("--limit <damage>", "the most damage of a mixed model on the calibration rows").argParser(damage))
    .addOption(flag("--heal", "let it learn from its parent on the calibration rows, and keep it where that helped"))
    .addOption(
      flag("--epochs <n>", "times that healing goes through the rows (default: by their number)").argParser(
        wholeNumber(1, 1000),
      ),
    )
    .addOption(flag("--out <path>", "a file or a folder for the model (default: beside the source)"))
    .addOption(flag("--report <file>", "write what it costs as one HTML page, where --data has labels"))
    .addOption(seedFlag("which rows are drawn for calibration and healing (default: 0)"))
    .addOption(threadsFlag("threads of the engine (default: 1)"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      `\nExit codes: 0 written, 100 no mixture within the limit or the margins broken, 1 a fault, 2 usage.\n` +
        examples(
          "whittle quantise model.onnx --to int8",
          "whittle quantise model.onnx --to int4 --calibrate inputs.jsonl --keep '*lm_head*'",
          "whittle quantise model.onnx --to mixed --calibrate inputs.jsonl --limit 0.001 --out small/",
          "whittle quantise model.onnx --to int4 --calibrate inputs.jsonl --adapter adapter.json --heal",
          "whittle quantise magika.onnx --to int8 --adapter magika.json --data files.jsonl --report cost.html",
        ),
    )
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, options: Options, model: string): Promise<number> {
  const { calibrate, adapter, data, limit, out, report, seed = 0, threads, epochs } = options;
  const to = options.to === undefined ? undefined : formNamed(options.to);
  if (to === undefined) {
    throw new Fault("usage/missing", {
      what: "nothing says what the weights are to become",
      where: "whittle quantise",
      remedy: `give --to with one of ${asked.join(", ")}`,
    });
  }
  if (report !== undefined && data === undefined) {
    throw new Fault("usage/report", {
      what: "--report is given without --data",
      why: "the page tells what the smaller model costs on labelled rows",
      remedy: "give --data and --adapter: docs/quantise.md",
    });
  }
  if (epochs !== undefined && options.heal !== true) {
    throw new Fault("usage/heal", {
      what: "--epochs is given without --heal",
      why: "only healing goes through the rows more than once",
      remedy: "give --heal, or leave --epochs out",
    });
  }
  refuseUnused(options, to);
  refuseUnusedSettings(options, to);
  const heal = options.heal === true ? { epochs } : undefined;
  const margins = marginsOf(pairs("margin", options.margin), "classify", (name) => `--margin ${name}`);
  const engine = openEngine(threads);
  try {
    const outcome = await quantiseModel(
      { model, to, settings: settingsFrom(options, to), calibrate, adapter, data, margins, limit, heal, out, seed },
      { engine, progress: terminal.progress, signal: terminal.signal },
    );
    const damage = outcome.judged?.damage ?? null;
    if (report !== undefined) {
      if (damage === null) terminal.note(`${report} is not written: no row has a label`);
      else writeWhole(report, damagePage([damage], outcome.source.path));
    }
    if (terminal.json) terminal.printJson(outcome);
    else printQuantised(terminal, outcome);
    return outcome.written === null || damage?.verdict === "broken" ? NOT_HELD : HELD;
  } finally {
    await engine.close();
  }
}

/** A guard that nothing asks would be taken for one that was kept. */
function refuseUnused({ margin, data, limit }: Options, to: Form | "mixed"): void {
  if (margin !== undefined && data === undefined) {
    throw new Fault("usage/unused", {
      what: "--margin is given without --data",
      why: "margins are held on labelled rows",
      remedy: "give --data and --adapter: docs/quantise.md",
    });
  }
  if (limit !== undefined && to !== "mixed") {
    throw new Fault("usage/unused", {
      what: `--limit is given with --to ${to}`,
      why: "only a mixed model is searched for within a limit",
      remedy: "give --to mixed, or --margin with --data to judge this form",
    });
  }
}

/** A setting of a form that no weight is to have. */
function refuseUnusedSettings(options: Options, to: Form | "mixed"): void {
  const { block, zeroPoints, range, calibrate, heal } = options;
  const wanted = [to, ...nodesOf(options).map((node) => node.to)];
  const inBlocks = wanted.some((form) => form === "mixed" || isInBlocks(form));
  const ranged = wanted.includes("int8-static");
  const settings = [
    { name: "--block", given: block !== undefined, used: inBlocks, by: "int4 and int8-block" },
    { name: "--zero-points", given: zeroPoints === true, used: inBlocks, by: "int4 and int8-block" },
    { name: "--range", given: range !== undefined, used: ranged, by: "int8-static" },
    {
      name: "--calibrate",
      given: calibrate !== undefined,
      used: inBlocks || ranged || heal === true,
      by: "int4, int8-block, int8-static, mixed and --heal",
    },
  ];
  const idle = settings.find(({ given, used }) => given && !used);
  if (idle === undefined) return;
  throw new Fault("usage/unused", {
    what: `${idle.name} is given with --to ${to}`,
    why: `only ${idle.by} ${idle.by.includes(" ") ? "read" : "reads"} it`,
    remedy: `leave ${idle.name} out, or ask for another form`,
  });
}

function nodesOf(options: Options): { readonly match: string; readonly to: Form }[] {
  return Object.entries(pairs("node", options.node)).map(([match, form]) => {
    const named = formNamed(form);
    if (named !== "mixed") return { match, to: named };
    throw new Fault("usage/form", {
      what: `--node ${match}=mixed names no form of a node`,
      remedy: `name one of ${forms.join(", ")}`,
    });
  });
}

function settingsFrom(options: Options, to: Form | "mixed"): QuantiseQuestion["settings"] {
  const { block, zeroPoints, range, keep, calibrate } = options;
  const blockwise = isInBlocks(to);
  return {
    keep,
    nodes: nodesOf(options),
    block: block === undefined ? undefined : Number(block),
    zeroPoints,
    range,
    rounding:
      options.rounding ?? (blockwise || to === "mixed" ? (calibrate === undefined ? "hqq" : "gptq") : "nearest"),
    otherwise: options.otherwise ?? (blockwise ? "int8" : undefined),
    // Positions, biases and gains are small, and 8 bits of them cost more than all else: docs/decisions/quantisation.md.
    loose: options.otherwise === undefined && blockwise ? "fp16" : undefined,
  };
}

function formNamed(name: string): Form | "mixed" {
  const known = [...asked, ...forms];
  if (name === "int4") return "int4-block";
  if (known.includes(name)) return name as Form | "mixed";
  const near = nearest(name, known);
  throw new Fault("usage/form", {
    what: `there is no form ${JSON.stringify(name)}`,
    why: `forms are ${forms.join(", ")}`,
    remedy: near === undefined ? undefined : `did you mean ${near}?`,
  });
}

/** "name=value", given several times; names may hold "=" themselves, so the last one parts them. */
function pairs(name: string, given: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (given ?? []).map((text) => {
      const at = text.lastIndexOf("=");
      if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
      throw new Fault("usage/pair", {
        what: `--${name} ${text} is no name with a value`,
        remedy: name === "margin" ? "write --margin accuracy=1%" : "write --node 'head*=int8'",
      });
    }),
  );
}

function damage(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("A number that is not negative is wanted.");
}
