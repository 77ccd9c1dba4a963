import { createHash } from "node:crypto";
import { openWhole } from "../base/files.ts";
import type { Encoding } from "./source.ts";

/** Where a redacted document goes: whole or not at all, hashed on the way. */
export class Output {
  readonly #file: ReturnType<typeof openWhole>;
  readonly #hash = createHash("sha256");

  constructor(path: string) {
    this.#file = openWhole(path);
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#file.write(bytes);
  }

  /** SHA-256 of all that was written, which is now at its path. */
  finish(): string {
    this.#file.finish();
    return this.#hash.digest("hex");
  }

  abandon(): void {
    this.#file.abandon();
  }
}

/** Runs what writes a document; what it threw leaves no file behind. Gives the hash of what it wrote. */
export async function writing(path: string, write: (output: Output) => Promise<void>): Promise<string> {
  const output = new Output(path);
  try {
    await write(output);
    return output.finish();
  } finally {
    output.abandon();
  }
}

/** Text as bytes in the encoding that the document came in; `first` writes its byte order mark. */
export function encode(text: string, encoding: Encoding, first: boolean): Uint8Array {
  const marked = first && encoding !== "utf-8" ? `\ufeff${text}` : text;
  if (!encoding.startsWith("utf-16")) return Buffer.from(marked, "utf8");
  const bytes = Buffer.from(marked, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}
