import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Node, Value } from "../ir.ts";
import type { OpName } from "../op/table.ts";
import { copyInitialiser, type Standing } from "../rewrite/copy.ts";

/** Operators that take a share of their first input elsewhere and compute nothing. */
const moving: ReadonlySet<OpName> = new Set(["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Split"]);

/**
 * Mixed precision (Micikevicius et al. 2018): products and convolutions, and what carries values between them, in float16;
 * all else, parameters, biases and outputs in float32. Gradients follow, as that of a Cast is the Cast back: what is held
 * for the products of the way back is halves, while every parameter has its gradient in float32. Names stay; a value that
 * is made in halves is NAME.half.
 */
export function mixed(model: Graph): Graph {
  const names = [...model.inputs, ...model.initialisers, ...model.nodes.flatMap((n) => n.outputs)];
  const b = builder(
    model.name,
    names.map((v) => v?.name ?? ""),
  );
  const whole: Standing = new Map();
  const halves: Standing = new Map();
  for (const v of model.inputs) whole.set(v, b.input(v.name, v.type, v.dims));
  for (const v of model.initialisers) copyInitialiser(b, v, whole);
  const cast = (from: Standing, to: Standing, v: Value, type: "float16" | "float32"): Value => {
    const known = to.get(v) ?? b.op("Cast", [from.get(v)!], { to: type });
    to.set(v, known);
    return known;
  };
  const half = (v: Value): Value => cast(whole, halves, v, "float16");
  for (const node of model.nodes) {
    const [x] = node.inputs;
    if (isProduct(node)) product(b, node, half, { whole, halves });
    else if (moving.has(node.op) && x !== undefined && halves.has(x) && !whole.has(x)) {
      const rest = node.inputs.slice(1).map((v) => (v === undefined ? undefined : whole.get(v)));
      const made = b.ops(node.op, [halves.get(x), ...rest], node.attributes, named(node, ".half"));
      node.outputs.forEach((v, i) => v !== undefined && halves.set(v, made[i]));
    } else {
      for (const v of node.inputs) if (v !== undefined && !whole.has(v)) cast(halves, whole, v, "float32");
      const inputs = node.inputs.map((v) => (v === undefined ? undefined : whole.get(v)));
      const made = b.ops(node.op, inputs, node.attributes, named(node));
      node.outputs.forEach((v, i) => v !== undefined && whole.set(v, made[i]));
    }
  }
  for (const v of model.outputs) b.output(v.name, cast(halves, whole, v, "float32"));
  return check(b.finish());
}

function isProduct({ op, inputs, attributes }: Node): boolean {
  const single = inputs[0]?.type === "float32" && inputs[1]?.type === "float32";
  return single && (op === "MatMul" || op === "Conv" || (op === "Gemm" && attributes.beta === 1));
}

/** The product in halves; a bias is added in single precision, where its gradient is summed too. */
function product(
  b: Builder,
  node: Node,
  half: (v: Value) => Value,
  { whole, halves }: { readonly whole: Standing; readonly halves: Standing },
): void {
  const [x, w, bias] = node.inputs as readonly [Value, Value, Value | undefined];
  const [y] = node.outputs as readonly [Value];
  const [made] = b.ops(node.op, [half(x), half(w)], node.attributes, named(node, ".half"));
  if (bias === undefined) {
    halves.set(y, made);
    return;
  }
  if (!whole.has(bias)) whole.set(bias, b.op("Cast", [halves.get(bias)!], { to: "float32" }));
  const axes = y.dims.slice(2).map((_, i) => i + 1);
  const added = whole.get(bias)!;
  const laid = node.op === "Conv" && axes.length > 0 ? b.op("Unsqueeze", [added, b.ints(axes)]) : added;
  whole.set(y, b.op("Add", [b.op("Cast", [made], { to: "float32" }), laid], {}, y.name));
}

/** An output that nobody asked for needs a name all the same. */
function named({ op, outputs }: Node, suffix = ""): string[] {
  const first = outputs.find((v) => v !== undefined)?.name ?? op;
  return outputs.map((v, i) => (v === undefined ? `${first}.unused${i}` : `${v.name}${suffix}`));
}
