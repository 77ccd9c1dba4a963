import { describe, expect, it } from "vitest";
import type { Example } from "../../record/dataset.ts";
import { printSpans } from "../../spans/span.ts";
import type { Material } from "../rung.ts";
import { patternsBeside } from "./patterns.ts";

const row = (text: string, value: string, label: string): Example => {
  const start = text.indexOf(value);
  const target = printSpans({ spans: [{ start, end: start + value.length, label }], unplaced: [] });
  return {
    id: text,
    text,
    target,
    alternatives: [],
    group: null,
    columns: {},
    source: { file: "rows.jsonl", line: 1 },
    given: "train",
  };
};

const train = ["Peru", "Chile", "Kenya", "Japan"].flatMap((land) => [
  row(`She lives in ${land} since 3 May 2020`, land, "PLACE"),
  row(`Born on 4 May 1990 in ${land}, they say`, "4 May 1990", "DATE"),
]);
const material: Material = {
  kind: "redact",
  train,
  watch: [],
  labels: ["DATE", "IP_ADDRESS", "PLACE"],
  maxTextLength: 1000,
  spans: { fields: {}, categories: {}, patterns: [{ pattern: "ip", label: "IP_ADDRESS" }], leakRate: 0.05 },
};
const given = (m: Material): string[] => patternsBeside(m).map(({ pattern, label }) => `${pattern} ${label}`);

describe("patterns beside a model of redact", () => {
  it("are those that the task names, met in training or not, and those that the rows speak for", () => {
    const all = train.map((one) => (one.target?.includes("DATE") === true ? row(one.text, "4 May 1990", "DATE") : one));
    expect(given({ ...material, train: all })).toContain("ip IP_ADDRESS");
    expect(patternsBeside(material).find(({ pattern }) => pattern === "ip")?.precision).toBe(0.95);
    const places = train.filter((_, i) => i % 2 === 0);
    expect(given({ ...material, train: places })).toEqual(["ip IP_ADDRESS", "country PLACE"]);
  });

  it("are none where a label whose name stands for one was told to have none", () => {
    const dates = train.filter((_, i) => i % 2 === 1);
    expect(given({ ...material, train: dates })).toContain("date DATE");
    const mails = ["a@b.example", "c@d.example", "e@f.example"].map((mail) =>
      row(`Write to ${mail} today`, mail, "EMAIL"),
    );
    const asked = { ...material, train: mails, labels: ["EMAIL", "IP_ADDRESS"] };
    expect(given(asked)).toEqual(["ip IP_ADDRESS"]);
    const patterns = [...(material.spans?.patterns ?? []), { pattern: "email", label: "EMAIL" }];
    const spans = { ...(material.spans as NonNullable<Material["spans"]>), patterns };
    expect(given({ ...asked, spans })).toContain("email EMAIL");
  });

  it("of extract are those that the task names, unmeasured", () => {
    expect(patternsBeside({ ...material, kind: "extract" })).toEqual(material.spans?.patterns);
  });
});
