import { random } from "../../src/base/random.ts";
import type { Example } from "../../src/record/dataset.ts";

const vocabulary = {
  refund: ["refund", "money back", "charged twice", "wrong amount", "return"],
  delivery: ["parcel", "courier", "late", "tracking", "address"],
  login: ["password", "sign in", "locked out", "code", "account"],
};

/** Made rows that a simple model can learn and keyword rules nearly can: each text mixes words of its label with noise. */
export function madeRows(n: number, seed = 1): Example[] {
  const r = random(seed, "made rows");
  const labels = Object.keys(vocabulary) as (keyof typeof vocabulary)[];
  const noise = ["please", "hello", "my", "order", "the", "still", "today", "help", "again", "thanks"];
  return Array.from({ length: n }, (_, i) => {
    const target = labels[i % labels.length];
    const words = [
      ...Array.from({ length: 2 }, () => vocabulary[target][r.below(vocabulary[target].length)]),
      ...Array.from({ length: 2 + r.below(6) }, () => noise[r.below(noise.length)]),
      `${r.below(1000)}`,
    ];
    return {
      id: i.toString(16).padStart(16, "0"),
      text: r.shuffle(words).join(" "),
      target,
      alternatives: [],
      group: null,
      columns: { channel: i % 2 === 0 ? "email" : "chat" },
      source: { file: "made", line: i + 1 },
      given: "train",
    } satisfies Example;
  });
}
