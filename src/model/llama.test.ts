import { describe, expect, it } from "vitest";
import { float32, int64, type Tensor } from "../base/tensor.ts";
import { evaluate, gradient, interpret, extend } from "../graph/index.ts";
import { initial } from "./encoder.ts";
import { llama } from "./llama.ts";
import { type LlamaConfig, llamaConfig } from "./llama-config.ts";

const config: LlamaConfig = {
  layers: 2,
  width: 8,
  heads: 4,
  keyValueHeads: 2,
  headWidth: 4,
  feedForward: 12,
  vocabulary: 11,
  epsilon: 1e-5,
  theta: 10_000,
  tied: true,
};
const model = llama(config, initial(5));
const logitsOf = (graph: typeof model, rows: readonly (readonly number[])[]): Tensor =>
  interpret(graph, { ids: int64([rows.length, rows[0].length], rows.flat()) }).logits;
const at = (t: Tensor, row: number, place: number): number[] =>
  Array.from(t.data as Float32Array).slice(
    (row * t.dims[1] + place) * t.dims[2],
    (row * t.dims[1] + place + 1) * t.dims[2],
  );

describe("a Llama decoder", () => {
  it("gives logits of any batch and length, and holds the weights of a checkpoint under their names", () => {
    expect(model.outputs[0].dims).toEqual(["batch", "sequence", 11]);
    const names = model.initialisers.map((v) => v.name).filter((name) => /^(model|lm_head)/.test(name));
    expect(names).toHaveLength(2 + 9 * config.layers);
    expect(names.slice(0, 3)).toEqual([
      "model.embed_tokens.weight",
      "model.layers.0.input_layernorm.weight",
      "model.layers.0.self_attn.q_proj.weight",
    ]);
    const untied = llama({ ...config, tied: false }, initial(5)).initialisers.map((v) => v.name);
    expect(untied).toContain("lm_head.weight");
  });

  it("hears no token before its turn, and no text beside its own", () => {
    const texts = logitsOf(model, [
      [1, 2, 3, 4],
      [1, 2, 9, 9],
    ]);
    expect(at(texts, 0, 0)).toEqual(at(texts, 1, 0));
    expect(at(texts, 0, 1)).toEqual(at(texts, 1, 1));
    expect(at(texts, 0, 2)).not.toEqual(at(texts, 1, 2));
    expect(at(logitsOf(model, [[1, 2, 3]]), 0, 2)).toEqual(at(texts, 0, 2));
  });

  it("tells places apart by their distance alone", () => {
    // Of the same token throughout every value is the same, so wherever the scores point, so is the answer.
    const same = logitsOf(model, [[7, 7, 7]]);
    expect(at(same, 0, 2)).toEqual(at(same, 0, 0));
    const [first, second] = [logitsOf(model, [[3, 5, 6]]), logitsOf(model, [[5, 3, 6]])];
    expect(at(first, 0, 2)).not.toEqual(at(second, 0, 2));
  });

  it("can be differentiated, and its gradient is that of a difference", () => {
    const loss = (graph: typeof model) => {
      const b = extend(graph, { outputs: false });
      const value = b.op("ReduceSumSquare", [b.op("Softmax", [graph.outputs[0]], { axis: -1 })], { keepdims: 0 });
      return { b, value };
    };
    const { b, value } = loss(model);
    const chosen = model.initialisers.filter((v) => /k_proj|gate|input_layernorm/.test(v.name));
    const gradients = gradient(b, value, chosen);
    gradients.forEach((g, i) => b.output(`gradient.${chosen[i].name}`, g));
    b.output("loss", value);
    const graph = b.finish();
    const feeds = { ids: { type: "int64", dims: [1, 5], data: Float64Array.of(3, 1, 4, 1, 5) } } as const;
    const base = evaluate(graph, feeds);
    for (const v of chosen) {
      const moved = (by: number): number => {
        const data = (v.tensor.data as Float32Array).slice();
        data[3] += by;
        const source = (name: string, dims: readonly number[], init: Parameters<ReturnType<typeof initial>>[2]) =>
          name === v.name ? float32(dims, data) : initial(5)(name, dims, init);
        const { b: c, value: l } = loss(llama(config, source));
        c.output("loss", l);
        return evaluate(c.finish(), feeds).loss.data[0];
      };
      const slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
      expect(base[`gradient.${v.name}`].data[3]).toBeCloseTo(slope, 6);
    }
  });
});

describe("the config of a Llama checkpoint", () => {
  const plain = {
    model_type: "llama",
    num_hidden_layers: 5,
    hidden_size: 64,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    intermediate_size: 172,
    vocab_size: 512,
    rms_norm_eps: 1e-5,
  };

  it("tells the sizes", () => {
    expect(llamaConfig(JSON.stringify(plain))).toMatchObject({ layers: 5, headWidth: 8, theta: 10_000, tied: false });
  });

  it.each([
    ["{", /JSON/],
    [JSON.stringify({ ...plain, model_type: "gemma" }), /model_type/],
    [JSON.stringify({ ...plain, rope_scaling: { type: "yarn" } }), /rope_scaling/],
    [JSON.stringify({ ...plain, attention_bias: true }), /attention_bias/],
    [JSON.stringify({ ...plain, num_key_value_heads: 3 }), /divide/],
    [JSON.stringify({ ...plain, hidden_size: 72 }), /pairs/],
    [JSON.stringify({ ...plain, num_hidden_layers: 1e9 }), /num_hidden_layers/],
  ])("is refused where it asks for more: %s", (text, why) => {
    expect(() => llamaConfig(text)).toThrow(
      expect.objectContaining({ code: "model/config", why: expect.stringMatching(why) as string }),
    );
  });
});
