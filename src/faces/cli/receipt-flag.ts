import type { Option } from "commander";
import { readText } from "../../base/files.ts";
import { flag } from "./flags.ts";

const MAX_KEY_BYTES = 4096;

export interface ReceiptFlag {
  readonly requireReceipt?: string;
}

export const receiptFlag = (): Option =>
  flag(
    "--require-receipt <key>",
    "refuse a pack without a receipt that this public key has signed (a file, or ed25519:…)",
  );

/** The key of the flag: the text itself, or what the file holds. */
export function requiredReceipt({ requireReceipt: given }: ReceiptFlag): { readonly requireReceipt?: string } {
  if (given === undefined) return {};
  return { requireReceipt: given.startsWith("ed25519:") ? given : readText(given, MAX_KEY_BYTES) };
}
