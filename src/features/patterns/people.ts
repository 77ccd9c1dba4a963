import { matching, type Pattern } from "./pattern.ts";

const UNIT = "(?:years?|yrs?|y)";

const FIGURE = "(?:1[0-2][0-9]|[1-9]?[0-9])";
const SAID_BEFORE = "\\b[Aa]ged? (?:of )?|\\b(?:[Tt]urn(?:s|ed|ing)?) ";
const SAID_AFTER = `[ -]${UNIT}[ -]?(?:old\\b|of age\\b)| ?y\\/?o\\b| (?:Jahre alt|jährige[rnms]?|ans\\b|años|anni\\b|anos de idade|jaar oud|år gammal)`;
const SUBJECT = "\\b(?:I['’]m|i['’]m|I am|[Hh]e is|[Ss]he is|[Hh]e was|[Ss]he was|I was) ";

/** How old somebody is, where the words around say so; the figure alone is the finding. */
export const age: Pattern = {
  about: "age in years, where the words around it say so",
  needs: "digit",
  find: matching(
    new RegExp(
      `(?<![0-9A-Za-z]|[0-9][.,/-])(?:(?<=${SAID_BEFORE})${FIGURE}|${FIGURE}(?=${SAID_AFTER})|(?<=${SUBJECT})${FIGURE}(?=[.,;!?)]|$))(?![0-9A-Za-z%°]|[.,/-][0-9])`,
      "g",
    ),
    undefined,
    "figure",
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
