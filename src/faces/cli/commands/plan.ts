import { Command } from "commander";
import { Fault } from "../../../base/fault.ts";
import { type CachePrecision, cachePrecisions } from "../../../fit/cache.ts";
import { devices } from "../../../fit/devices.ts";
import { MAX_CONTEXT } from "../../../fit/longest.ts";
import { planModel } from "../../../workbench/memory/plan.ts";
import { act, examples } from "../action.ts";
import { HELD, NOT_HELD } from "../exit.ts";
import { flag, jsonFlag, quietFlag, wholeNumber } from "../flags.ts";
import { printDevices, printPlan, printTensors } from "../plan-view.ts";

interface Options {
  readonly device?: string;
  readonly memory?: string;
  readonly context?: number;
  readonly batch?: number;
  readonly cache?: CachePrecision;
  readonly devices?: boolean;
  readonly tensors?: boolean;
}

export function planCommand(): Command {
  return new Command("plan")
    .description("whether a model fits a device: what it needs, read from its header alone")
    .argument("[model]", "a GGUF or ONNX file, a folder with safetensors, or a pack")
    .addOption(flag("--device <name>", "a device to fit"))
    .addOption(flag("--memory <size>", "or the memory there is, such as 4GB or 512MiB"))
    .addOption(
      flag("--context <n>", "tokens to look back on; of a pack, characters of a text").argParser(
        wholeNumber(1, MAX_CONTEXT),
      ),
    )
    .addOption(flag("--batch <n>", "texts at once").argParser(wholeNumber(1, 65_536)))
    .addOption(flag("--cache <precision>", "of keys and values").choices(Object.keys(cachePrecisions)))
    .addOption(flag("--tensors", "list every tensor with its precision and its bytes"))
    .addOption(flag("--devices", "list the devices that are known"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples(
        "whittle plan llama-3.1-8b-q4_k_m.gguf --device raspberry-pi-5-8gb",
        "whittle plan encoder/ --memory 512MB --context 512 --json",
        "whittle plan tickets/tickets.whittle --device browser-tab",
        "whittle plan --devices",
      ),
    )
    .hook("preAction", (_, plan) => {
      // What is typed counts before its rival from the environment: WHITTLE_MEMORY is also the budget of predict and serve.
      if (plan.getOptionValueSource("device") === "cli") forgetTwin(plan, "memory");
      if (plan.getOptionValueSource("memory") === "cli") forgetTwin(plan, "device");
    })
    .action(
      act<[string | undefined], Options>(async (terminal, { devices: list, tensors: each, ...question }, model) => {
        await Promise.resolve();
        if (list === true) {
          if (terminal.json) terminal.printJson({ devices });
          else printDevices(terminal);
          return HELD;
        }
        if (model === undefined) {
          throw new Fault("usage/missing", {
            what: "no model is named",
            where: "whittle plan",
            remedy: "name a model, or give --devices to see the devices that are known",
          });
        }
        const planned = planModel(model, question);
        if (question.context !== undefined && planned.plan.longestContext === null)
          terminal.note("--context changes nothing: the model has no length to choose, or it cannot be told");
        if (terminal.json) {
          const { tensors, ...plan } = planned.plan;
          terminal.printJson({ ...planned, plan: each === true ? { ...plan, tensors } : plan });
        } else {
          printPlan(terminal, planned);
          if (each === true) printTensors(terminal, planned.plan);
        }
        return planned.plan.verdict === "fits" ? HELD : NOT_HELD;
      }),
    );
}

function forgetTwin(command: Command, name: string): void {
  if (command.getOptionValueSource(name) === "env") command.setOptionValue(name, undefined);
}
