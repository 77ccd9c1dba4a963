import { html as standard } from "parse5";
import type { Redact } from "../document.ts";
import type { Memory } from "../memory.ts";
import { redactPassages, type Passage } from "../passage.ts";
import { askAll } from "../replace.ts";
import type { Tally } from "../tally.ts";
import { readAddress, writeAddress } from "../address.ts";
import { childrenOf, isElement, type Element, type Node } from "./tree.ts";

/**
 * Redacts the values of all attributes, those of classes and ids too: any of them may hold a name. An attribute or a
 * custom element whose very name holds a finding loses it.
 */
export async function redactAttributes(
  root: Node,
  redact: Redact,
  memory: Memory,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  const elements: Element[] = [];
  const walk = (node: Node): void => {
    if (isElement(node)) elements.push(node);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(root);
  await redactNames(elements, redact, memory, tally, signal);
  const passages = elements
    .flatMap(({ attrs }) => attrs)
    .map((attribute, i): Passage => {
      const { text, isEncoded } = readAddress(attribute.value);
      const write = (value: string): void => {
        attribute.value = isEncoded ? writeAddress(value) : value;
      };
      return { where: `attribute ${i + 1}`, pieces: [{ text, write }] };
    });
  await redactPassages(passages, redact, memory, tally, signal);
}

/** Attributes that have no value and need none. */
const boolean: ReadonlySet<string> = new Set(
  (
    "allowfullscreen async autofocus autoplay checked controls default defer disabled download hidden inert ismap itemscope " +
    "loop multiple muted nomodule noshade novalidate nowrap open readonly required reversed selected"
  ).split(" "),
);

const known: ReadonlySet<string> = new Set(Object.values<string>(standard.TAG_NAMES));

/** What an unescaped "<Jane Doe>" says: a tag nobody knows, and attributes without values. */
function wordsIn({ tagName, attrs }: Element): string {
  const bare = attrs.filter(({ name, value }) => value === "" && !boolean.has(name)).map(({ name }) => name);
  return [...(known.has(tagName) ? [] : [tagName]), ...bare].join(" ");
}

/** Words in the place of names, and names that are no lower-case words, are asked about. */
async function redactNames(
  elements: readonly Element[],
  redact: Redact,
  memory: Memory,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name));
  const odd = names.filter((name) => !/^[a-z]+$/.test(name));
  const asked = [...new Set([...odd, ...elements.map(wordsIn)])];
  const spoken = asked.map((name) => name.replace(/[-_:]/g, " "));
  const answers = await askAll(spoken, redact, signal);
  const telling = new Set(asked.filter((_, i) => memory.join(spoken[i], answers[i]).length > 0));
  if (telling.size === 0) return;
  for (const element of elements) {
    const isTelling = telling.has(wordsIn(element));
    const kept = element.attrs.filter(({ name, value }) => !telling.has(name) && !(isTelling && value === ""));
    for (let i = kept.length; i < element.attrs.length; i++) tally.dropped("attributes with a telling name");
    element.attrs = kept;
    if (!isTelling || known.has(element.tagName)) continue;
    tally.dropped("elements' telling names");
    element.tagName = element.nodeName = "span";
  }
}
