import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { sha256 } from "../base/hash.ts";
import { Fault } from "../base/fault.ts";

/** A public key with the name that signatures give it: SHA-256 of its 32 bytes. */
export interface PublicKey {
  readonly id: string;
  readonly key: KeyObject;
  /** "ed25519:" and its 32 bytes in base64: short enough for a flag. */
  readonly text: string;
}

/** A new Ed25519 pair as PEM. */
export function newKeys(): { readonly privatePem: string; readonly publicPem: string; readonly public: PublicKey } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    publicPem: publicKey.export({ format: "pem", type: "spki" }) as string,
    public: named(publicKey),
  };
}

/** Reads a public key: PEM, or its short form. */
export function readPublicKey(text: string): PublicKey {
  const short = /^ed25519:([A-Za-z0-9+/]{43}=)$/.exec(text.trim())?.[1];
  try {
    const key =
      short === undefined
        ? createPublicKey(refusePrivate(text))
        : createPublicKey({
            key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(short, "base64").toString("base64url") },
            format: "jwk",
          });
    if (key.asymmetricKeyType === "ed25519") return named(key);
  } catch (cause) {
    throw notAKey("public", cause);
  }
  throw notAKey("public");
}

/** Reads a private key in PEM. */
export function readPrivateKey(pem: string): { readonly key: KeyObject; readonly public: PublicKey } {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw notAKey("private", cause);
  }
  if (key.asymmetricKeyType !== "ed25519") throw notAKey("private");
  return { key, public: named(createPublicKey(key)) };
}

function named(key: KeyObject): PublicKey {
  const raw = Buffer.from(key.export({ format: "jwk" }).x as string, "base64url");
  return { id: sha256(raw), key, text: `ed25519:${raw.toString("base64")}` };
}

/** A public key can be derived from a private one; who hands that out by mistake is to be told. */
function refusePrivate(text: string): string {
  if (text.includes("PRIVATE KEY")) throw new Error("this is a private key; name the public one");
  return text;
}

function notAKey(which: "public" | "private", cause?: unknown): Fault {
  return new Fault("receipt/key", {
    what: `this is no Ed25519 ${which} key`,
    why: cause instanceof Error ? cause.message : undefined,
    remedy: `name the ${which === "public" ? ".pub" : ".key"} file that "whittle keys new" has left`,
    cause,
  });
}
