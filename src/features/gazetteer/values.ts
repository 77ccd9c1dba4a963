import type { Random } from "../../base/random.ts";
import { givenNames } from "./given.ts";
import { cities, countries, peoples } from "./places.ts";
import { surnames } from "./surnames.ts";
import { organisationWords } from "./words.ts";

/** Makes an invented value of some kind. */
export type ValueMaker = (random: Random) => string;

const MAKERS: readonly (readonly [names: string, make: ValueMaker])[] = [
  ["person per name full_name customer patient author employee", person],
  ["gpe place location loc city country town", place],
  ["nrp norp nationality", (random) => pick(random, peoples)],
  ["organization organisation org company employer firm", organisation],
];
const byName = new Map(MAKERS.flatMap(([names, make]) => names.split(" ").map((name) => [name, make] as const)));

/** What makes values for a label of this name; null where the dictionaries hold none for it. */
export function valueMaker(label: string): ValueMaker | null {
  const words = label.toLowerCase().split(/[^a-z]+/);
  return byName.get(words.join("_")) ?? byName.get(words[words.length - 1]) ?? null;
}

/** Whether a label of this name stands for people. */
export const namesPeople = (label: string): boolean => valueMaker(label) === person;

function person(random: Random): string {
  const given = pick(random, givenNames);
  const surname = pick(random, surnames);
  const form = random.uniform();
  if (form < 0.55) return `${given} ${surname}`;
  const initial = INITIALS[random.below(INITIALS.length)];
  if (form < 0.7) return `${given} ${initial}${random.uniform() < 0.5 ? "." : ""} ${surname}`;
  return form < 0.85 ? given : surname;
}

const INITIALS = "ABCDEFGHIJKLMNOPRSTVW";

function place(random: Random): string {
  if (random.uniform() < 0.4) return pick(random, countries);
  const city = pick(random, cities);
  return random.uniform() < 0.2 ? city.toUpperCase() : city;
}

function organisation(random: Random): string {
  const name = pick(random, surnames);
  const word = pick(random, organisationWords);
  const form = random.uniform();
  if (form < 0.25) return `${name} ${ENDS[random.below(ENDS.length)]}`;
  if (form < 0.5) return `${name} ${word}`;
  if (form < 0.65) return `${name}-${pick(random, surnames)}`;
  if (form < 0.8) return `${name}, ${pick(random, surnames)} and ${pick(random, surnames)}`;
  return form < 0.9 ? name + word.toLowerCase() : `${name} & Sons`;
}

const ENDS = ["Inc", "Inc.", "Ltd", "LLC", "Group", "Corp", "GmbH", "SA", "AG"];

const lists = new Map<string, readonly string[]>();

/** An entry of a dictionary, as it is written. */
function pick(random: Random, dictionary: string): string {
  let list = lists.get(dictionary);
  if (list === undefined) lists.set(dictionary, (list = dictionary.split(" ")));
  return list[random.below(list.length)]
    .split("_")
    .map((word) => (word.length < 3 ? word : word[0].toUpperCase() + word.slice(1)))
    .join(" ");
}
