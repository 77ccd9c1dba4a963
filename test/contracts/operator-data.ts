import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Tensor } from "../../src/base/tensor.ts";
import { readTensor } from "../../src/graph/wire/tensor.ts";

/** Where Debian's package libonnx-testdata puts the ONNX project's own operator tests. */
const root = process.env["WHITTLE_ONNX_TESTDATA"] ?? "/usr/share/libonnx-testdata/data";

export const present = existsSync(root);
export const sets = ["node", "simple", "pytorch-operator", "pytorch-converted"] as const;

/** One test of the package: a model, what to feed it and what it answers. */
export interface OperatorTest {
  readonly name: string;
  readonly model: Uint8Array;
  /** By position. Empty where the test feeds what is no tensor. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export function* operatorTests(): Generator<OperatorTest> {
  for (const set of sets) {
    for (const folder of readdirSync(`${root}/${set}`).sort()) {
      const path = `${root}/${set}/${folder}`;
      yield {
        name: `${set}/${folder}`,
        model: readFileSync(`${path}/model.onnx`),
        inputs: tensors(`${path}/test_data_set_0`, "input"),
        outputs: tensors(`${path}/test_data_set_0`, "output"),
      };
    }
  }
}

function tensors(folder: string, kind: "input" | "output"): Tensor[] {
  if (!existsSync(folder)) return [];
  const count = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`)).length;
  try {
    return Array.from({ length: count }, (_, i) => readTensor(readFileSync(`${folder}/${kind}_${i}.pb`)).tensor);
  } catch {
    return [];
  }
}
