import { countries, peoples } from "../gazetteer/places.ts";
import { PhraseTrie } from "../phrases/trie.ts";
import type { Pattern } from "./pattern.ts";

/** Small words inside a name stay small: "Trinidad and Tobago". */
const SMALL = new Set(["and", "of"]);

export const country: Pattern = { about: "name of a country", needs: "none", find: entriesOf(countries) };

/** Nations, peoples, and religious and political groups. */
export const nationality: Pattern = {
  about: "nationality, religious or political group",
  needs: "none",
  find: entriesOf(peoples),
};

/** Entries of a dictionary as they are written: with capitals at the beginnings of words, or in capitals altogether. */
function entriesOf(list: string): Pattern["find"] {
  const written = list.split(" ").flatMap((entry) => {
    const words = entry.split("_");
    const name = words.map((word) => (SMALL.has(word) ? word : capital(word))).join(" ");
    return entry.length > 3 ? [name, entry.replaceAll("_", " ").toUpperCase()] : [entry.toUpperCase()];
  });
  const trie = new PhraseTrie(written);
  return (text, emit) => trie.find(text, (start, end) => emit(start, end, text.slice(start, end)));
}

function capital(word: string): string {
  return word.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
