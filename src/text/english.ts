/** English words that carry no task of their own, for made variants of texts. */

export const stopWords: ReadonlySet<string> = new Set(
  (
    "a an the this that these those i me my mine we us our you your he him his she her it its they them their " +
    "am is are was were be been being have has had do does did will would can could shall should may might must " +
    "and or but if then so as at by for from in into of off on onto out over to up with about than too very just " +
    "there here also please i'm i've i'd i'll it's that's"
  ).split(" "),
);

/** Of these a text in another language rarely holds one. */
export const telling: ReadonlySet<string> = new Set(
  "the and my you your with have it this that are for not".split(" "),
);

export const greeting: readonly string[] = [
  "Hello, I hope this finds you well.",
  "Good morning,",
  "Dear Sir or Madam,",
  "Hi there!",
];

export const signOff: readonly string[] = [
  "Thank you very much in advance. Kind regards",
  "Many thanks for your time and best wishes",
  "Looking forward to hearing from you.",
  "Thanks!",
];

export const filler: readonly string[] = [
  "I am not sure whether this is the right place to write, but I will try.",
  "The weather has been lovely here all week.",
  "I had a moment over lunch, so I thought I would sit down and write this.",
  "As always, thank you for being so patient with me.",
  "My neighbour said that I should simply ask, so here I am.",
  "I will keep it short, as I know that everybody is busy.",
  "That is all from me for now.",
  "It has been quite a day and I am still on my first cup of tea.",
];
