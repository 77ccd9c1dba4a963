import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64 } from "../../base/tensor.ts";
import type { Tensor } from "../../base/tensor.ts";
import { builder, toOnnx, withWeights } from "../../graph/index.ts";
import type { Graph } from "../../graph/index.ts";
import { onnxruntime } from "../onnxruntime/index.ts";
import { openTrainer, type TrainerOptions } from "./trainer.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

/** Two layers with dropout between: 6 → 9 → 3. */
function network(): Graph {
  const r = random(3, "network");
  const b = builder("network");
  const weight = (name: string, dims: readonly [number, number]) =>
    b.parameter(
      name,
      float32(
        dims,
        Float32Array.from({ length: dims[0] * dims[1] }, () => 0.3 * r.normal()),
      ),
    );
  const x = b.input("x", "float32", ["rows", 6]);
  const hidden = b.op("Relu", [
    b.op("Add", [b.op("MatMul", [x, weight("a", [6, 9])]), b.parameter("bias", float32([9], new Float32Array(9)))]),
  ]);
  b.output("logits", b.op("MatMul", [b.op("Dropout", [hidden, b.scalar(0.2)]), weight("b", [9, 3])]));
  return b.finish();
}

const r = random(4, "rows");
const labels = Array.from({ length: 30 }, (_, i) => i % 3);
const batch = {
  x: float32(
    [30, 6],
    labels.flatMap((label) => Array.from({ length: 6 }, (_, j) => (j % 3 === label ? 1 : 0) + 0.3 * r.normal())),
  ),
  labels: int64([30], labels),
  row_weights: float32([30], new Float32Array(30).fill(1)),
};
function part(from: number, to: number): typeof batch {
  return {
    x: float32([to - from, 6], batch.x.data.slice(6 * from, 6 * to)),
    labels: int64([to - from], labels.slice(from, to)),
    row_weights: float32([to - from], batch.row_weights.data.slice(from, to)),
  };
}
const options = { loss: { kind: "cross-entropy", logits: "logits" }, clip: 1, seed: 5 } as const;

describe("a trainer", () => {
  it("learns, and leaves the same bits when it is run again", async () => {
    const twice = await Promise.all(
      [1, 2].map(async () => {
        const trainer = await openTrainer(engine, network(), options);
        const losses: number[] = [];
        for (let i = 0; i < 60; i++) losses.push((await trainer.step(batch, 0.02)).loss);
        return { losses, parameters: await trainer.parameters() };
      }),
    );
    expect(twice[1]).toEqual(twice[0]);
    expect(twice[0].losses[59]).toBeLessThan(0.3 * twice[0].losses[0]);
    expect([...twice[0].parameters.keys()]).toEqual(["a", "bias", "b"]);
  });

  it.each(["beside", "graph"] as const)("goes on from a restored state to the bit, optimiser %s", async (place) => {
    const whole = await openTrainer(engine, network(), { ...options, place });
    for (let i = 0; i < 3; i++) await whole.step(batch, 0.01);
    const saved = await whole.state();
    const resumed = await openTrainer(engine, network(), { ...options, place });
    await resumed.restore(saved);
    expect(resumed.steps).toBe(3);
    for (let i = 0; i < 3; i++) expect(await resumed.step(batch, 0.01)).toEqual(await whole.step(batch, 0.01));
    expect(await resumed.state()).toEqual(await whole.state());
  });

  it.each([
    { kind: "adamw" },
    { kind: "adamw", average: 0.9, groups: [{ parameters: ["bias"], rate: 0.5, decay: 0.1 }] },
    { kind: "sgd", nesterov: true, decay: 0.01 },
    { kind: "sgd", momentum: 0 },
    { kind: "lion" },
  ] as const)("takes the same steps with the optimiser beside and in the graph: %o", async (optimiser) => {
    for (const accumulate of [false, true]) {
      const [beside, graph] = await Promise.all(
        (["beside", "graph"] as const).map((place) =>
          openTrainer(engine, network(), { ...options, optimiser, place, accumulate }),
        ),
      );
      const batches = accumulate ? [batch, part(0, 9), part(9, 30)] : batch;
      for (let i = 0; i < 5; i++) {
        const [a, b] = [await beside.step(batches, 0.01), await graph.step(batches, 0.01)];
        expect(a.loss).toBeCloseTo(b.loss, 5);
        expect(a.gradientNorm).toBeCloseTo(b.gradientNorm, 4);
      }
      const [p, q] = [(await beside.state()).tensors, (await graph.state()).tensors];
      for (const [name, value] of p)
        value.data.forEach((x, i) => expect(Number(x), name).toBeCloseTo(Number(q.get(name)?.data[i]), 4));
    }
  });

  it.each(["beside", "graph"] as const)(
    "takes of several batches the step of all as one, optimiser %s",
    async (place) => {
      const still = { ...options, dropout: false, place } as const;
      const [one, many] = [
        await openTrainer(engine, network(), still),
        await openTrainer(engine, network(), { ...still, accumulate: true }),
      ];
      for (let i = 0; i < 3; i++) {
        const whole = await one.step(batch, 0.02);
        const parts = await many.step([part(0, 4), part(4, 5), part(5, 30)], 0.02);
        expect(parts.loss).toBeCloseTo(whole.loss, 5);
        expect(parts.gradientNorm).toBeCloseTo(whole.gradientNorm, 5);
      }
      const expected = await one.parameters();
      for (const [name, value] of await many.parameters())
        value.data.forEach((x, i) => expect(Number(x), name).toBeCloseTo(Number(expected.get(name)?.data[i]), 5));
      await expect(one.step([batch, batch], 0.02)).rejects.toMatchObject({ code: "engine/batches" });
      await expect(many.step([], 0.02)).rejects.toMatchObject({ code: "engine/batches" });
    },
  );

  it.each(["beside", "graph"] as const)("learns in mixed precision as in single, optimiser %s", async (place) => {
    const still = { ...options, dropout: false, place } as const;
    const single = await openTrainer(engine, network(), still);
    const trainer = await openTrainer(engine, network(), { ...still, mixed: { start: 1024 }, accumulate: true });
    const before = await trainer.state();
    const heavy = { ...batch, row_weights: float32([30], new Float32Array(30).fill(1e36)) };
    expect((await trainer.step(heavy, 0.02)).skipped).toBe(true);
    const after = await trainer.state();
    expect(after.tensors.get("loss_scale")?.data[0]).toBe(512);
    expect({ ...after, tensors: new Map(after.tensors).set("loss_scale", float32([], [1024])) }).toEqual(before);
    expect((await trainer.step(batch, 0.02)).skipped).toBe(false);
    await single.step(batch, 0.02);
    for (let i = 0; i < 4; i++) {
      const [half, whole] = [await trainer.step([part(0, 11), part(11, 30)], 0.02), await single.step(batch, 0.02)];
      expect(half.loss).toBeCloseTo(whole.loss, 2);
      expect(half.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 1);
    }
    const saved = await trainer.state();
    const resumed = await openTrainer(engine, network(), { ...still, mixed: {}, accumulate: true });
    await resumed.restore(saved);
    expect(await resumed.step(batch, 0.02)).toEqual(await trainer.step(batch, 0.02));
  });

  it("gives averages of the parameters where it keeps them", async () => {
    const kept = await openTrainer(engine, network(), { ...options, optimiser: { kind: "sgd", average: 0.5 } });
    const before = await kept.parameters();
    await kept.step(batch, 0.1);
    const [now, average] = [await kept.parameters(), await kept.parameters("average")];
    const [from, to, between] = [before, now, average].map((all) => Number(all.get("a")?.data[0]));
    // After one update d = 2/11.
    expect(between).toBeCloseTo(from + (9 / 11) * (to - from), 6);
    const none = await openTrainer(engine, network(), options);
    await expect(none.parameters("average")).rejects.toMatchObject({ code: "engine/state" });
  });

  it.each(["beside", "graph"] as const)("answers as the model with its weights does, optimiser %s", async (place) => {
    const trainer = await openTrainer(engine, network(), {
      ...options,
      place,
      optimiser: { kind: "sgd", average: 0.5 },
    });
    const { x } = batch;
    const first = await trainer.run({ x });
    const saved = await trainer.state();
    for (let i = 0; i < 2; i++) await trainer.step(batch, 0.1);
    for (const of of ["now", "average"] as const) {
      const program = await engine.load(toOnnx(withWeights(network(), await trainer.parameters(of))), {
        thread: "here",
      });
      const [found, expected] = [await trainer.run({ x }, of), await program.run({ x })];
      expected.logits.data.forEach((v, i) => expect(Number(found.logits.data[i])).toBeCloseTo(Number(v), 5));
      await program.close();
    }
    expect(await trainer.run({ x })).not.toEqual(await trainer.run({ x }, "average"));
    await trainer.restore(saved);
    expect(await trainer.run({ x })).toEqual(first);
    await trainer.close();
  });

  it("gives outputs to keep and gradients of inputs, with the factor that clipping asks for", async () => {
    const trainer = await openTrainer(engine, network(), {
      ...options,
      clip: 0.01,
      dropout: false,
      keep: ["logits"],
      inputGradients: ["x"],
    });
    const { gradientNorm, clip, kept, inputGradients } = await trainer.step(batch, 0);
    expect(clip).toBeCloseTo(0.01 / gradientNorm, 5);
    expect(kept.logits.dims).toEqual([30, 3]);
    // The slope of the loss along its gradient, by a central difference.
    const gradient = inputGradients.x.data as Float32Array;
    const moved = (by: number) =>
      trainer.step(
        {
          ...batch,
          x: float32(
            [30, 6],
            batch.x.data.map((v, i) => v + by * gradient[i]),
          ),
        },
        0,
      );
    const [up, down] = [await moved(0.5), await moved(-0.5)];
    const square = gradient.reduce((sum, g) => sum + g * g, 0);
    expect((up.loss - down.loss) / square).toBeCloseTo(1, 1);
  });

  it("refuses a step whose loss is not finite, and changes nothing", async () => {
    const trainer = await openTrainer(engine, network(), options);
    const before = await trainer.state();
    const bad = { ...batch, x: float32([30, 6], new Float32Array(180).fill(NaN)) };
    await expect(trainer.step(bad, 0.01)).rejects.toMatchObject({ code: "engine/diverged", where: 'the input "x"' });
    const far = { ...batch, x: float32([30, 6], new Float32Array(180).fill(3e38)) };
    await expect(trainer.step(far, 0.01)).rejects.toMatchObject({ code: "engine/diverged", where: undefined });
    expect(await trainer.state()).toEqual(before);
  });

  it("refuses batches that mean nothing, and names what is wrong with them", async () => {
    const trainer = await openTrainer(engine, network(), options);
    const before = await trainer.state();
    const refused = async (feeds: Record<string, Tensor>, rate = 0.01): Promise<unknown> =>
      trainer.step(feeds, rate).then(
        () => "taken",
        (fault: unknown) => fault,
      );
    const labelled = (...three: number[]) => ({ ...part(0, 3), labels: int64([3], three) });
    for (const label of [3, -1, 2 ** 40]) {
      expect(await refused(labelled(0, label, 2))).toMatchObject({
        code: "engine/labels",
        where: "row 1 of the batch",
      });
    }
    expect(await refused(part(0, 0))).toMatchObject({ code: "engine/batches" });
    await expect(trainer.run({ x: part(0, 0).x })).rejects.toMatchObject({ code: "engine/batches" });
    expect(await refused({ x: batch.x })).toMatchObject({
      code: "engine/feed-missing",
      remedy: "feed row_weights, labels",
    });
    for (const rate of [NaN, -1, Infinity])
      expect(await refused(batch, rate)).toMatchObject({ code: "graph/optimiser" });
    expect(await trainer.state()).toEqual(before);
    const { x, labels: known } = batch;
    const other = await openTrainer(engine, network(), options);
    expect(await trainer.step({ x, labels: known }, 0.01)).toEqual(await other.step(batch, 0.01));
  });

  it.each([
    [{ loss: { kind: "crossentropy", logits: "logits" } }, "graph/loss", 'did you mean "cross-entropy"?'],
    [{}, "graph/loss", 'give one as { kind: "cross-entropy", … }'],
    [{ ...options, optimiser: { kind: "adam" } }, "graph/optimiser", 'did you mean "adamw"?'],
    [{ ...options, clip: 0 }, "graph/optimiser", undefined],
  ])("refuses settings that there are not, from callers without types: %j", async (given, code, remedy) => {
    const opened = openTrainer(engine, network(), given as TrainerOptions);
    await expect(opened).rejects.toMatchObject({ code, remedy });
  });

  it("refuses a state of another network", async () => {
    const trainer = await openTrainer(engine, network(), options);
    await expect(trainer.restore({ steps: 1, tensors: new Map() })).rejects.toMatchObject({ code: "engine/state" });
    const plain = await openTrainer(engine, network(), { ...options, optimiser: { kind: "sgd", momentum: 0 } });
    await expect(plain.restore(await trainer.state())).rejects.toThrow(/kept by no such trainer/);
  });
});

describe("AdamW beside the engine", () => {
  it("steps through any form of the model, over the same parameters", async () => {
    const forms = [() => network(), () => network()];
    const [one, other] = await Promise.all(
      [undefined, forms].map((f) =>
        openTrainer(engine, network(), { ...options, ...(f === undefined ? {} : { forms: f }) }),
      ),
    );
    for (let i = 0; i < 6; i++) expect(await other.step(batch, 0.02, i % 3)).toEqual(await one.step(batch, 0.02));
    expect(await other.parameters()).toEqual(await one.parameters());
    await expect(other.step(batch, 0.02, 3)).rejects.toThrow(/no form 3/);
  });

  it("refuses a form with other parameters, and forms with the optimiser in the graph", async () => {
    const b = builder("other");
    b.output(
      "logits",
      b.op("MatMul", [b.input("x", "float32", ["rows", 6]), b.parameter("c", float32([6, 3], new Float32Array(18)))]),
    );
    const foreign = b.finish();
    const trainer = await openTrainer(engine, network(), { ...options, forms: [() => foreign] });
    await expect(trainer.step(batch, 0.02, 1)).rejects.toThrow(/other parameters/);
    const inGraph = await openTrainer(engine, network(), { ...options, place: "graph", forms: [() => network()] });
    await expect(inGraph.step(batch, 0.02, 1)).rejects.toThrow(/no form 1/);
  });
});
