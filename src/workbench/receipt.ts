import { systemClock } from "../base/clock.ts";
import { writeWhole } from "../base/files.ts";
import { readPrivateKey } from "../packfile/keys.ts";
import { openPack } from "../predict/pack.ts";
import { receiptOf, receiptPath, signReceipt } from "../predict/receipt.ts";
import { UNSEEN } from "../stages/evaluate/index.ts";
import { openEngine } from "./open.ts";

export interface Signed {
  /** The receipt's file. */
  readonly receipt: string;
  /** The pack's identity. */
  readonly pack: string;
  readonly publicKey: string;
}

/** Signs a pack that answers in this runtime as it was judged; the receipt is put beside it. */
export async function signPack(path: string, privatePem: string): Promise<Signed> {
  const key = readPrivateKey(privatePem);
  const engine = openEngine();
  try {
    const opened = await openPack(path, engine, { thread: "here", secret: UNSEEN });
    await opened.close();
    const receipt = receiptOf({ ...opened, size: opened.sizeBytes }, opened.card, engine);
    const to = receiptPath(path);
    writeWhole(to, signReceipt(receipt, systemClock.date(), privatePem));
    return { receipt: to, pack: opened.hash, publicKey: key.public.text };
  } finally {
    await engine.close();
  }
}
