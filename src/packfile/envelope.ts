import { sign, verify } from "node:crypto";
import { z } from "zod";
import { canonical } from "../base/hash.ts";
import { Fault } from "../base/fault.ts";
import { type PublicKey, readPrivateKey } from "./keys.ts";

/**
 * A signed statement as JSON: a DSSE envelope (Dead Simple Signing Envelope 1.0.2) with Ed25519. What is signed is the type and
 * the bytes of the payload, "DSSEv1 LEN TYPE LEN PAYLOAD", so nothing is parsed that was not verified before.
 */
const envelopeSchema = z.strictObject({
  payloadType: z.string().max(200),
  payload: z.string(),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(200), sig: z.string().max(200) }))
    .min(1)
    .max(16),
});

export function signEnvelope(payloadType: string, statement: unknown, privatePem: string): string {
  const { key, public: named } = readPrivateKey(privatePem);
  const payload = new TextEncoder().encode(canonical(statement));
  const sig = sign(null, signedBytes(payloadType, payload), key).toString("base64");
  const envelope = {
    payloadType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: [{ keyid: named.id, sig }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

/**
 * The statement of an envelope that the key has signed.
 * @throws Fault `receipt/unreadable`, `receipt/foreign-key`, `receipt/changed`
 */
export function openEnvelope(text: string, payloadType: string, key: PublicKey): unknown {
  const envelope = envelopeSchema.safeParse(parse(text));
  if (!envelope.success) throw unreadable(envelope.error.issues[0].message);
  const { payload, signatures } = envelope.data;
  const own = signatures.find(({ keyid }) => keyid === key.id);
  if (own === undefined) {
    throw new Fault("receipt/foreign-key", {
      what: "the receipt was signed with another key",
      why: `${signatures.map(({ keyid }) => keyid.slice(0, 16)).join(", ")} signed it; ${key.id.slice(0, 16)} is asked for`,
      remedy: "ask whoever signed it for their public key, or sign the pack yourself: whittle sign PACK --key FILE",
    });
  }
  const bytes = exact(payload);
  const signature = exact(own.sig);
  const holds = verify(null, signedBytes(envelope.data.payloadType, bytes), key.key, signature);
  if (!holds) throw changed("its signature does not fit what it says");
  if (envelope.data.payloadType !== payloadType) throw unreadable(`it is of the type ${envelope.data.payloadType}`);
  return parse(Buffer.from(bytes).toString("utf8"));
}

function signedBytes(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Base64 in its one proper spelling, so that no character can be changed unseen. */
function exact(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw changed("its base64 is not as it was written");
  return bytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable("it is not JSON", cause);
  }
}

function changed(why: string): Fault {
  return new Fault("receipt/changed", {
    what: "the receipt was changed after it was signed",
    why,
    remedy: "copy it again from where it was signed, or sign the pack again",
  });
}

function unreadable(why: string, cause?: unknown): Fault {
  return new Fault("receipt/unreadable", {
    what: "the file is no receipt that this version can read",
    why,
    remedy: "copy it again, sign the pack again, or use the whittle version that signed it",
    cause,
  });
}
