import { broadcastDim, type Dim } from "../dim.ts";
import { type Call, fact, input, refuse, sameType, type ShapeRule } from "./call.ts";

/** The labels of each input's axes and of the output's. An axis that an ellipsis stands for is `.0`, `.1`, … from the right. */
export interface Labels {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Reads an equation for inputs of these ranks; a text where it does not fit them. */
export function labelsOf(equation: string, ranks: readonly number[]): Labels | string {
  const [left, right] = equation.replaceAll(" ", "").split("->") as [string, string | undefined];
  const terms = left.split(",");
  if (terms.length !== ranks.length) return `${terms.length} terms and ${ranks.length} inputs`;
  if (![...terms, right ?? ""].every((t) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(t)))
    return `"${equation}" cannot be read`;
  const hidden = terms.map((t, i) => (t.includes("...") ? ranks[i] - t.length + 3 : 0));
  const inputs = terms.map((t, i) => spell(t, hidden[i]));
  const misfit = inputs.findIndex((labels, i) => labels.length !== ranks[i] || hidden[i] < 0);
  if (misfit >= 0) return `the term "${terms[misfit]}" does not fit ${ranks[misfit]} axes`;
  const most = Math.max(...hidden);
  const all = inputs.flat();
  if (right === undefined) {
    const once = [...new Set(all)].filter((l) => !l.startsWith(".") && all.filter((m) => m === l).length === 1);
    return { inputs, output: [...spell("...", most), ...once.sort()] };
  }
  const output = spell(right, most);
  const made = output.find((l) => !all.includes(l));
  return made === undefined ? { inputs, output } : `"${made}" of the result stands in no input`;
}

function spell(term: string, hidden: number): string[] {
  const [before, after] = term.split("...") as [string, string | undefined];
  if (after === undefined) return [...before];
  return [...before, ...Array.from({ length: hidden }, (_, i) => `.${hidden - 1 - i}`), ...after];
}

export const einsum: ShapeRule = (call: Call) => {
  const facts = call.inputs.map((_, i) => input(call, i));
  const labels = labelsOf(
    call.attributes.equation as string,
    facts.map((f) => f.dims.length),
  );
  if (typeof labels === "string") return refuse(call, labels);
  const sizes = new Map<string, Dim>();
  labels.inputs.forEach((axes, i) =>
    axes.forEach((l, k) => {
      const d = broadcastDim(sizes.get(l) ?? 1, facts[i].dims[k]);
      sizes.set(l, d ?? refuse(call, `the axes "${l}" differ`));
    }),
  );
  return [
    fact(
      sameType(call, ...facts),
      labels.output.map((l) => sizes.get(l)!),
    ),
  ];
};
