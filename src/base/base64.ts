/** Bytes as base64 (RFC 4648, with padding), with what pages and Node both have. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}

/** The bytes, or undefined where the text is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let held: string;
  try {
    held = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(held.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = held.charCodeAt(i);
  return bytes;
}

/** A multiple of three, so that chunks join without padding; few enough to be arguments of one call. */
const CHUNK = 3 * 4096;
