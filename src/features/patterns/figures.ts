/** Places where a figure may start (pattern.ts: Starts) in the text that was asked about last: patterns ask by turns. */
let last: { readonly text: string; readonly places: Int32Array } = { text: "", places: new Int32Array(0) };

export function figureStarts(text: string): Int32Array {
  if (last.text !== text) last = { text, places: placesOf(text) };
  return last.places;
}

/** Forgets the text. */
export function forgetFigures(): void {
  last = { text: "", places: new Int32Array(0) };
}

function placesOf(text: string): Int32Array {
  let places = new Int32Array(64);
  let used = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const starts = isDigit(c) ? !isDigit(before) && !isLetter(before) : isSign(c) && opens(text.charCodeAt(i + 1));
    before = c;
    if (!starts) continue;
    if (used === places.length) {
      const wider = new Int32Array(used * 2);
      wider.set(places);
      places = wider;
    }
    places[used++] = i;
  }
  return places.slice(0, used);
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function isLetter(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
}

/** Plus, minus, U+2212 or an opening bracket. */
function isSign(c: number): boolean {
  return c === 43 || c === 45 || c === 40 || c === 0x2212;
}

/** What follows a sign: NaN, at the end of the text, does not. */
function opens(c: number): boolean {
  return isDigit(c) || c === 43 || c === 40;
}
