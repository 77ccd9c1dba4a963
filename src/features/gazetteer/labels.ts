const PEOPLE = new Set("person per name full_name customer patient author employee".split(" "));

/** Whether a label of this name stands for people: "PERSON", "customer name". */
export function namesPeople(label: string): boolean {
  const words = label.toLowerCase().split(/[^a-z]+/);
  return PEOPLE.has(words.join("_")) || PEOPLE.has(words[words.length - 1]);
}
