import { tensor } from "../../../base/tensor.ts";
import type { Builder } from "../../build.ts";
import type { Value } from "../../ir.ts";
import { levelsOf, rangeOf } from "../range.ts";
import type { Site } from "../site.ts";
import type { Settings } from "../spec.ts";
import { finished, type FormRow, type Levelled, type Writing } from "./form.ts";
import { integerParts, refusesWhole } from "./integer.ts";

/**
 * The left side in 256 levels, from the ranges seen in calibration; weights with one scale an output.
 *
 * A product says its whole numbers outright. As a MatMul between DequantizeLinears it would say the same, but the engine
 * fuses an Add that follows into a Gemm first, which it then runs in floating point, weights widened at every run. A
 * convolution is quantised and widened at every edge (QDQ), which the engine fuses.
 */
export const staticForm: FormRow = {
  refuses(site, settings) {
    const seen = settings.calibration.histograms?.get(site.data.name);
    const refused = refusesWhole(site);
    if (refused !== undefined) return refused;
    if (seen === undefined || seen.total === 0) return `no calibration of ${site.data.name}`;
    return seen.notFinite > 0 ? `${seen.notFinite} values seen in calibration were not finite` : undefined;
  },
  write(writing, site) {
    const { b, standing } = writing;
    const { codes, scales } = integerParts(writing, site);
    const left = levelled(writing, site.data);
    if (site.kind === "product") {
      const whole = b.op("Cast", [b.op("MatMulInteger", [left.codes, codes, left.zero])], { to: "float32" });
      return finished(writing, site, b.op("Mul", [whole, b.op("Mul", [left.scale, scales])]));
    }
    const weight = b.op("DequantizeLinear", [codes, scales], { axis: 0 });
    // A bias stays as it is: the engine puts it into steps of the sums that it joins.
    const bias = site.node.inputs[2];
    const y = b.op("Conv", [widened(b, left), weight, bias && standing.get(bias)], site.node.attributes);
    return outgoing(writing, site, y);
  },
};

/** The value of the source in 256 levels; made once. */
function levelled(writing: Writing, value: Value): Levelled {
  const known = writing.levelled.get(value);
  if (known !== undefined) return known;
  const { scale, zero } = levelsFor(writing.settings, value, false)!;
  return inLevels(writing, value, writing.standing.get(value)!, scale, zero);
}

function levelsFor(settings: Settings, value: Value, positive: boolean): { scale: number; zero: number } | undefined {
  const seen = settings.calibration.histograms?.get(value.name);
  if (seen === undefined || seen.total === 0) return undefined;
  const { low, high } = rangeOf(seen, settings.range);
  return levelsOf({ low: positive ? 0 : low, high });
}

function inLevels({ b, levelled }: Writing, value: Value, v: Value, s: number, z: number): Levelled {
  const [scale, zero] = [b.scalar(s), b.constant(tensor("uint8", [], Uint8Array.of(z)))];
  const made = { codes: b.op("QuantizeLinear", [v, scale, zero]), scale, zero };
  levelled.set(value, made);
  return made;
}

function widened(b: Builder, { codes, scale, zero }: Levelled): Value {
  return b.op("DequantizeLinear", [codes, scale, zero]);
}

/** The engine convolves in whole numbers only where the output is quantised too. */
function outgoing(writing: Writing, site: Site, y: Value): Value {
  const output = site.node.outputs[0]!;
  const levels = levelsFor(writing.settings, output, writing.onlyRelu(output));
  if (levels === undefined) return y;
  return widened(writing.b, inLevels(writing, output, y, levels.scale, levels.zero));
}
