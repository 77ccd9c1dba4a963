/** A stretch of a text and its edit distance from a pattern. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly distance: number;
}

/** Cells of the table that one search may fill: a tenth of a second or so. */
const MOST_CELLS = 2e7;

/**
 * The one stretch of `text` nearest to `pattern` by edits of single UTF-16 units, at most `limit`; undefined where there
 * is none, where two that do not touch are equally near, or where the search would take too long. Sellers' algorithm
 * (1980) with Ukkonen's cut-off: about text × limit cells where the text is unlike the pattern.
 */
export function nearestStretch(text: string, pattern: string, limit: number): Match | undefined {
  const m = pattern.length;
  const distance = Int32Array.from({ length: m + 1 }, (_, i) => i);
  const start = new Int32Array(m + 1);
  let last = Math.min(m, limit);
  let cells = 0;
  let best: Match | undefined;
  let twice = false;
  for (let j = 1; j <= text.length; j++) {
    const c = text.charCodeAt(j - 1);
    const rows = Math.min(m, last + 1);
    cells += rows;
    if (cells > MOST_CELLS) return undefined;
    let diagonal = 0;
    let diagonalStart = j - 1;
    distance[0] = 0;
    start[0] = j;
    for (let i = 1; i <= rows; i++) {
      const above = i > last ? limit + 1 : distance[i];
      const aboveStart = start[i];
      let d = diagonal + (pattern.charCodeAt(i - 1) === c ? 0 : 1);
      let s = diagonalStart;
      if (above + 1 < d) {
        d = above + 1;
        s = aboveStart;
      }
      if (distance[i - 1] + 1 < d) {
        d = distance[i - 1] + 1;
        s = start[i - 1];
      }
      diagonal = above;
      diagonalStart = aboveStart;
      distance[i] = d;
      start[i] = s;
    }
    last = rows;
    while (last > 0 && distance[last] > limit) last--;
    if (last < m || distance[m] > (best?.distance ?? limit)) continue;
    const found = { start: start[m], end: j, distance: distance[m] };
    if (best === undefined || found.distance < best.distance) twice = false;
    else if (found.start >= best.end) twice = true;
    else continue;
    best = found;
  }
  return twice ? undefined : best;
}
