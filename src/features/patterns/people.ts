import { matching, type Pattern } from "./pattern.ts";

const UNIT = "(?:years?|yrs?|y\\.?o\\.?)";

/** How old somebody is, where the words around say so; the figure alone is the finding. */
export const age: Pattern = {
  about: "age in years, where the words around it say so",
  needs: "digit",
  find: matching(
    new RegExp(
      `(?<![0-9A-Za-z]|[0-9][.,/-])(?:(?<=\\b[Aa]ged? (?:of )?)(?:1[0-2][0-9]|[1-9]?[0-9])|(?:1[0-2][0-9]|[1-9]?[0-9])(?=[ -]${UNIT}[ -]?(?:old\\b|of age\\b)| (?:Jahre alt|jährige[rnms]?|ans\\b|años|anni\\b|anos de idade|jaar oud|år gammal)))(?![0-9A-Za-z]|[.,/-][0-9])`,
      "g",
    ),
  ),
};

const TITLES =
  "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Lord|Lady|Rev|Fr|Sr|Hon|Capt|Col|Gen|Lt|Maj|Sgt|Madam|Herr|Frau|Fräulein|Monsieur|Madame|Mademoiselle|Mme|Mlle|Señor|Señora|Señorita|Sra|Srta|Don|Doña|Signor|Signora|Signorina|Sig|Dott|Dottore|Senhor|Senhora|Dhr|Mevr|Mevrouw|Meneer|Pan|Pani|Dipl\\.-Ing|Ing|Mag";

/** Forms of address before a name. */
export const title: Pattern = {
  about: "form of address before a name",
  needs: "none",
  find: matching(new RegExp(`(?<![A-Za-z0-9.])(?:${TITLES})(?:\\.|(?= [A-Z\\u00c0-\\u00de]))(?![A-Za-z])`, "g")),
};
