import { Fault } from "../../base/fault.ts";

/** Which features a token has, and which of them are kept. Plain numbers, so that it travels in a manifest. */
export interface TokenFeatureSpec {
  /** Longest prefix and suffix of the word itself, in code points. */
  readonly affixes: number;
  /** Words looked at on either side. */
  readonly window: number;
  /** The longest line, in words, every token of which sees all its words: what a short line is about tells its values. */
  readonly cues: number;
  /** Features of lines: where the token stands in its line, the line in the text, and the words of the line before. */
  readonly lines: boolean;
  /** Features of fewer training texts are dropped. */
  readonly minTexts: number;
  /** At most this many are kept: those of the most texts. */
  readonly most: number;
}

export const defaultTokenFeatures: TokenFeatureSpec = {
  affixes: 5,
  window: 3,
  cues: 0,
  lines: true,
  minTexts: 2,
  most: 1 << 19,
};

export const MOST_AFFIXES = 8;
export const MOST_WINDOW = 4;
export const MOST_CUES = 64;
export const MOST_FEATURES = 1 << 22;

export function checkTokenFeatureSpec(spec: TokenFeatureSpec): void {
  const within = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && least <= value && value <= most;
  const wrong = !within(spec.affixes, 0, MOST_AFFIXES)
    ? `affixes of ${spec.affixes} characters: 0 to ${MOST_AFFIXES} can be made`
    : !within(spec.window, 1, MOST_WINDOW)
      ? `a window of ${spec.window} words: 1 to ${MOST_WINDOW} can be looked at`
      : !within(spec.cues, 0, MOST_CUES)
        ? `${spec.cues} cue words: 0 to ${MOST_CUES} can be seen`
        : !within(spec.minTexts, 1, 0x7fffffff) || !within(spec.most, 1, MOST_FEATURES)
          ? `features of at least ${spec.minTexts} texts and at most ${spec.most} of them: both are whole numbers from 1, the second up to ${MOST_FEATURES}`
          : undefined;
  if (wrong === undefined) return;
  throw new Fault("features/spec", {
    what: "these features of tokens cannot be made",
    why: wrong,
    remedy: "give each within its limits",
  });
}
