import { isIP } from "node:net";
import { matching, standsAlone, type Emit, type Pattern } from "./pattern.ts";
import { topLevelDomains } from "./domains.ts";

/** Longest local part and longest name of RFC 5321 and RFC 1035. */
const LOCAL = 64;
const LABELS = /[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?){1,8}/y;

/** Addresses of the usual form: dot-atom@name.tld (RFC 5322 §3.4.1 without quoting), found from the @ outwards. */
export const email: Pattern = {
  about: "e-mail address",
  needs: "@",
  find(text, emit) {
    for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
      let start = at;
      while (start > 0 && at - start < LOCAL && isLocal(text.charCodeAt(start - 1))) start--;
      while (start < at && text.charCodeAt(start) === DOT) start++;
      if (start === at || text.charCodeAt(at - 1) === DOT) continue;
      LABELS.lastIndex = at + 1;
      const name = LABELS.exec(text)?.[0];
      if (name === undefined || !/\.[A-Za-z][A-Za-z0-9-]{1,62}$/.test(name)) continue;
      const end = at + 1 + name.length;
      if (standsAlone(text, start, end)) emit(start, end, text.slice(start, end).toLowerCase());
    }
  },
};

const DOT = 46;

function isLocal(c: number): boolean {
  if (c >= 128) return false;
  return (
    (c >= 48 && c <= 57) ||
    (c >= 65 && c <= 90) ||
    (c >= 97 && c <= 122) ||
    ".!#$%&'*+-/=?^_`{|}~".includes(String.fromCharCode(c))
  );
}

const ADDRESS =
  /(?<![A-Za-z0-9@._-])(?:(?:https?|ftps?|sftp|wss?|ssh|git):\/\/[^\s<>"'`|\\^{}]{3,2000}|www\.[^\s<>"'`|\\^{}]{3,2000})/gi;

/** Web addresses: with a scheme, beginning with www., or a name under a known top-level domain with its path. */
export const url: Pattern = {
  about: "web address",
  needs: ".",
  find(text, emit) {
    const whole: [number, number][] = [];
    ADDRESS.lastIndex = 0;
    for (let match = ADDRESS.exec(text); match !== null; match = ADDRESS.exec(text)) {
      const end = match.index + trimmed(match[0]);
      ADDRESS.lastIndex = Math.max(end, match.index + 1);
      if (end - match.index < 6) continue;
      whole.push([match.index, end]);
      emit(match.index, end, text.slice(match.index, end));
    }
    let next = 0;
    names(text, (start, end) => {
      while (next < whole.length && whole[next][1] <= start) next++;
      if (next < whole.length && whole[next][0] < end) return;
      PATH.lastIndex = end;
      const path = PATH.exec(text)?.[0] ?? "";
      const stop = end + (path === "" ? 0 : trimmed(path));
      emit(start, stop, text.slice(start, stop));
    });
  },
};

const PATH = /(?::[0-9]{2,5})?\/[^\s<>"'`|\\^{}]{0,2000}/y;

/** Host names under a known top-level domain. */
export const domain: Pattern = {
  about: "host name",
  needs: ".",
  find: (text, emit) => names(text, (start, end) => emit(start, end, text.slice(start, end).toLowerCase())),
};

const NAME =
  /(?<![A-Za-z0-9@._-])[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){1,8}(?![A-Za-z0-9@_-])/y;

/** Tried where letters and digits stand before a full stop, as a host name begins with those of its first label. */
function names(text: string, emit: (start: number, end: number) => void): void {
  let next = 0;
  for (let dot = text.indexOf(".", 1); dot > 0; dot = text.indexOf(".", dot + 1)) {
    if (!isName(text.charCodeAt(dot + 1))) continue;
    let start = dot;
    while (start > next && isName(text.charCodeAt(start - 1))) start--;
    if (start === dot) continue;
    NAME.lastIndex = start;
    const found = NAME.exec(text)?.[0];
    if (found === undefined) continue;
    const end = start + found.length;
    next = end;
    const top = found.slice(found.lastIndexOf(".") + 1);
    if (topLevelDomains.has(top.toLowerCase()) && oneCase(top) && standsAlone(text, start, end)) emit(start, end);
  }
}

/** ASCII letters, digits and the hyphen. */
function isName(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 45;
}

/** "end.It" is two sentences without a space, not a host in Italy. */
function oneCase(top: string): boolean {
  return top === top.toLowerCase() || top === top.toUpperCase();
}

/** Length without the punctuation of the sentence around: closing marks, and brackets that were opened outside. */
function trimmed(found: string): number {
  let end = found.length;
  let open = 0;
  for (const c of found) open += c === "(" || c === "[" ? 1 : c === ")" || c === "]" ? -1 : 0;
  while (end > 0) {
    const c = found[end - 1];
    if (".,;:!?*…»”’".includes(c)) end--;
    else if ((c === ")" || c === "]") && open < 0) {
      end--;
      open++;
    } else break;
  }
  return end;
}

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const V4 = new RegExp(`(?<![0-9A-Za-z.])${OCTET}(?:\\.${OCTET}){3}(?![0-9A-Za-z]|\\.[0-9])`, "g");
const V6 =
  /(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,39}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![0-9A-Za-z:])/g;
const findV4 = matching(V4);
const findV6 = matching(V6, (found) => (isIP(found) === 6 && found.length > 2 ? found.toLowerCase() : null));

export const ip: Pattern = {
  about: "IP address, version 4 or 6",
  needs: "none",
  find(text: string, emit: Emit) {
    if (text.includes(".")) findV4(text, emit);
    if (text.includes(":")) findV6(text, emit);
  },
};

export const mac: Pattern = {
  about: "hardware address of a network card",
  needs: "none",
  find: matching(
    /(?<![0-9A-Za-z:-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Za-z:-])/g,
    (found) => found.replaceAll("-", ":").toLowerCase(),
  ),
};

export const credentials: Pattern = {
  about: "user and password inside a web address",
  needs: "@",
  find(text, emit) {
    if (!text.includes("://")) return;
    CREDENTIALS.lastIndex = 0;
    for (let match = CREDENTIALS.exec(text); match !== null; match = CREDENTIALS.exec(text)) {
      emit(match.index, match.index + match[0].length, match[0]);
    }
  },
};
const CREDENTIALS = /(?<=:\/\/)[^\s:@/?#]{1,100}:[^\s:@/?#]{1,200}(?=@)/g;
