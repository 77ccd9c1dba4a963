import { isUtf8 } from "node:buffer";

/**
 * Where the first sequence starts that is not UTF-8. A newline is never part of a longer sequence, so the line is found
 * first; within it the longest beginning that could still go on is found by halving (a bad one stays bad), and the
 * character that it may break off in is given back.
 */
export function findInvalid(bytes: Uint8Array): { line: number; offset: number } {
  let line = 1;
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end)) || newline === -1) break;
    start = newline + 1;
    line++;
  }
  const newline = bytes.indexOf(0x0a, start);
  const end = newline === -1 ? bytes.length : newline;
  let good = start;
  let bad = end + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (couldGoOn(bytes.subarray(start, middle))) good = middle;
    else bad = middle;
  }
  let offset = good;
  while (!isUtf8(bytes.subarray(start, offset))) offset--;
  return { line, offset };
}

function couldGoOn(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
