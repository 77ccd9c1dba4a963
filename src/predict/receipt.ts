import { z } from "zod";
import { Fault } from "../base/fault.ts";
import { readText } from "../base/files.ts";
import { canonical } from "../base/hash.ts";
import { version } from "../base/version.ts";
import type { Engine } from "../engine/port.ts";
import { openEnvelope, signEnvelope } from "../packfile/envelope.ts";
import { readPublicKey } from "../packfile/keys.ts";
import type { Pack } from "../packfile/verify.ts";
import type { PackCard } from "../record/pack.ts";

/**
 * A receipt stands beside a pack and says, signed: these bytes, judged on these rows, in this runtime, came to these figures and
 * this decision. Everything in it but the time is a function of the pack and the runtime, so checking is making it again.
 */
export interface Receipt {
  readonly format: 1;
  readonly pack: { readonly task: string; readonly kind: string; readonly sha256: string; readonly bytes: number };
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  /** What the figures come from: how many rows, and the SHA-256 over their ids. */
  readonly rows: NonNullable<PackCard["evaluated"]>;
  readonly runtime: { readonly whittle: string; readonly engine: string; readonly node: number };
  readonly figures: PackCard["quality"];
  readonly decision: Pick<PackCard, "held" | "bar" | "recipe" | "precision" | "trainedOn">;
}

const TYPE = "application/vnd.whittle.receipt+json";
const MAX_BYTES = 8 * 2 ** 20;

/** "tickets.whittle" → "tickets.receipt.json" */
export function receiptPath(pack: string): string {
  return `${pack.replace(/\.whittle$/, "")}.receipt.json`;
}

export function receiptOf(
  { entries, hash, size }: Pick<Pack, "entries" | "hash" | "size">,
  card: PackCard,
  engine: Engine,
): Receipt {
  const { held, bar, recipe, precision, trainedOn } = card;
  return {
    format: 1,
    pack: { task: card.task.name, kind: card.task.kind, sha256: hash, bytes: size },
    parts: entries.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    rows: card.evaluated ?? {},
    runtime: {
      whittle: version,
      engine: `${engine.name} ${engine.version}`,
      node: Number(process.versions.node.split(".")[0]),
    },
    figures: card.quality,
    decision: { held, bar, recipe, precision, trainedOn },
  };
}

/** The text of a signed receipt. */
export function signReceipt(receipt: Receipt, at: Date, privatePem: string): string {
  return signEnvelope(TYPE, { ...receipt, signed_at: at.toISOString() }, privatePem);
}

const signedSchema = z.looseObject({ format: z.literal(1), signed_at: z.iso.datetime() });

/**
 * Refuses a pack whose receipt is missing, signed by another, changed, or of something else than what is here.
 * @param publicKey PEM, or "ed25519:…"
 */
export function checkReceipt(pack: string, expected: Receipt, publicKey: string): void {
  const path = receiptPath(pack);
  const key = readPublicKey(publicKey);
  try {
    const signed = signedSchema.safeParse(openEnvelope(read(path), TYPE, key));
    if (!signed.success) throw mismatch(signed.error.issues[0].path.join("."), signed.error.issues[0].message);
    const { signed_at: _, ...said } = signed.data;
    const names = new Set([...Object.keys(expected), ...Object.keys(said)]);
    for (const name of names) {
      const [here, there] = [
        (expected as unknown as Record<string, unknown>)[name],
        (said as Record<string, unknown>)[name],
      ];
      if (canonical(here) === canonical(there)) continue;
      if (name === "runtime") throw otherRuntime(expected.runtime, there);
      throw mismatch(name, "what it says there is not what the pack says");
    }
  } catch (error) {
    throw error instanceof Fault && error.where !== path ? error.at(path) : error;
  }
}

function read(path: string): string {
  try {
    return readText(path, MAX_BYTES);
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "disk/missing") throw cause;
    throw new Fault("receipt/missing", {
      what: "the pack has no receipt beside it",
      where: path,
      remedy: "bring the receipt with the pack, or sign it: whittle sign PACK --key FILE",
      cause,
    });
  }
}

function mismatch(field: string, why: string): Fault {
  return new Fault("receipt/mismatch", {
    what: "the receipt is of another pack",
    where: field,
    why,
    remedy: "bring the receipt that was signed for this pack, or sign it: whittle sign PACK --key FILE",
  });
}

function otherRuntime(here: Receipt["runtime"], there: unknown): Fault {
  return new Fault("receipt/runtime", {
    what: "the receipt was signed for another runtime",
    where: "runtime",
    why: `it is of ${canonical(there)}, and this is ${canonical(here)}`,
    remedy: "run that runtime, or judge the pack in this one and sign it again",
  });
}
