import { Command } from "commander";
import { readText } from "../../../base/files.ts";
import { signPack } from "../../../workbench/receipt.ts";
import { act, examples } from "../action.ts";
import { flag, jsonFlag, quietFlag } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly key: string;
}

const MAX_KEY_BYTES = 4096;

export function signCommand(): Command {
  return new Command("sign")
    .description("sign a pack's receipt: its bytes, rows, runtime, figures and decision, bound by hash")
    .argument("<pack>", "the pack, a .whittle file; the receipt is put beside it")
    .addOption(flag("--key <file>", "your private key, as whittle keys new makes it").makeOptionMandatory())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples(
        "whittle sign tickets/tickets.whittle --key keys/whittle.key",
        'whittle predict tickets/tickets.whittle --require-receipt keys/whittle.pub "my card was swallowed"',
      ),
    )
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, { key }: Options, path: string): Promise<void> {
  const signed = await signPack(path, readText(key, MAX_KEY_BYTES));
  if (terminal.json) {
    terminal.printJson(signed);
    return;
  }
  terminal.print(`${signed.receipt}  binds ${path} (${signed.pack.slice(0, 16)}), signed by ${signed.publicKey}`);
}
