import { Argument, Command } from "commander";
import { join } from "node:path";
import { makeFolder, writePrivate, writeWhole } from "../../../base/files.ts";
import { newKeys } from "../../../packfile/keys.ts";
import { act, examples } from "../action.ts";
import { flag, jsonFlag, quietFlag } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly out: string;
}

export function keysCommand(): Command {
  return new Command("keys")
    .description("make a pair of keys that receipts are signed and checked with (Ed25519)")
    .addArgument(new Argument("<what>", "new: makes whittle.key, for you alone, and whittle.pub").choices(["new"]))
    .addOption(flag("--out <dir>", "the folder that they go to").default("."))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      examples("whittle keys new --out keys", "whittle sign tickets.whittle --key keys/whittle.key"),
    )
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, { out }: Options): Promise<void> {
  const keys = newKeys();
  makeFolder(out);
  const [privateFile, publicFile] = [join(out, "whittle.key"), join(out, "whittle.pub")];
  // First the one that is never overwritten.
  writePrivate(privateFile, keys.privatePem);
  writeWhole(publicFile, keys.publicPem);
  if (terminal.json) {
    terminal.printJson({ private: privateFile, public: publicFile, key: keys.public.text });
    return;
  }
  terminal.print(`${privateFile}  the private key: keep it to yourself; who has it signs in your name`);
  terminal.print(`${publicFile}  the public key, for whoever checks: ${keys.public.text}`);
}
