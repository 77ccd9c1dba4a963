/** Lines of a text as runs of its tokens; a line without a token is none. */
export interface Lines {
  /** Line of each token, rising from 0. */
  readonly of: Int32Array;
  /** First token of each line, and the number of tokens at the end: [lines + 1]. */
  readonly starts: Int32Array;
  readonly count: number;
}

/** Tokens as start and end pairs. A line ends at a line feed, alone or after a carriage return. */
export function linesOf(text: string, tokens: Int32Array): Lines {
  const n = tokens.length >> 1;
  const of = new Int32Array(n);
  const starts: number[] = [0];
  let line = 0;
  let next = text.indexOf("\n");
  for (let i = 0; i < n; i++) {
    if (next >= 0 && next < tokens[2 * i]) {
      if (i > 0) {
        line++;
        starts.push(i);
      }
      next = text.indexOf("\n", tokens[2 * i]);
    }
    of[i] = line;
  }
  starts.push(n);
  return { of, starts: Int32Array.from(starts), count: n === 0 ? 0 : line + 1 };
}
