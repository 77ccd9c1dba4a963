/** An address as it is meant, its percent signs decoded; any other text as it is. */
export function readAddress(value: string): { text: string; isEncoded: boolean } {
  if (!/%[0-9a-f]{2}/i.test(value)) return { text: value, isEncoded: false };
  try {
    return { text: decodeURIComponent(value), isEncoded: true };
  } catch {
    return { text: value, isEncoded: false };
  }
}

export function writeAddress(text: string): string {
  return encodeURI(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
