import { Fault } from "../base/fault.ts";

/** The letters that every store writes alike. */

export function closedStore(): Fault {
  return new Fault("store/closed", {
    what: "the store was used after it was closed",
    remedy: "this is an error in the calling program: open the store again, or close it later",
  });
}

export function missingBlob(sha256: string, where?: string): Fault {
  return new Fault("store/missing-blob", {
    what: `the store holds no blob ${sha256}`,
    where,
    why: "a file of the store was deleted by hand, or the name is wrong",
    remedy: "run make again: what is missing is made anew",
  });
}

export function damagedBlob(sha256: string, actual: string, where?: string): Fault {
  return new Fault("store/damaged-blob", {
    what: `the blob ${sha256} is damaged and was not used`,
    where,
    why: `its bytes have the SHA-256 ${actual}`,
    remedy: "delete that file and run make again: what is missing is made anew. Check the disk if it happens twice",
  });
}

export function badBlobName(sha256: string): Fault {
  return new Fault("store/blob-name", {
    what: `${JSON.stringify(sha256.slice(0, 80))} is not the name of a blob`,
    why: "a blob is named by its SHA-256, 64 digits of lower-case hex",
  });
}

const blobName = /^[0-9a-f]{64}$/;

/** The name itself, once it is known to be a hash: it becomes a path. */
export function checkedBlobName(sha256: string): string {
  if (!blobName.test(sha256)) throw badBlobName(sha256);
  return sha256;
}
