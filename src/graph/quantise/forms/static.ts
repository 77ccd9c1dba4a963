import { float32, tensor } from "../../../base/tensor.ts";
import type { Value } from "../../ir.ts";
import { levelsOf, rangeOf } from "../range.ts";
import type { Site } from "../site.ts";
import type { Settings } from "../spec.ts";
import { finished, type FormRow, type Writing } from "./form.ts";
import { integerParts, refusesWhole } from "./integer.ts";

/**
 * Quantised and widened at every edge of a product (QDQ), which the engine fuses into products of whole numbers. The
 * left side has one scale and zero point, from the ranges seen in calibration; weights have one scale an output.
 */
export const staticForm: FormRow = {
  refuses(site, settings) {
    const seen = settings.calibration.histograms?.get(site.data.name);
    const missing = seen === undefined || seen.total === 0;
    return refusesWhole(site) ?? (missing ? `no calibration of ${site.data.name}` : undefined);
  },
  write(writing, site) {
    const { b } = writing;
    const { codes, scales } = integerParts(writing, site);
    const data = levelled(writing, site.data);
    const axis = site.kind === "product" ? 1 : 0;
    const weight = b.op("DequantizeLinear", [codes, scales], { axis });
    if (site.kind === "product") return finished(writing, site, b.op("MatMul", [data, weight]));
    const y = b.op("Conv", [data, weight, bias(writing, site, scales)], site.node.attributes);
    return outgoing(writing, site, y);
  },
};

/** The value of the source in 256 levels; made once. */
function levelled(writing: Writing, value: Value): Value {
  const known = writing.levelled.get(value);
  if (known !== undefined) return known;
  const { scale, zero } = levelsFor(writing.settings, value, false)!;
  const made = throughLevels(writing, writing.standing.get(value)!, scale, zero);
  writing.levelled.set(value, made);
  return made;
}

function levelsFor(settings: Settings, value: Value, positive: boolean): { scale: number; zero: number } | undefined {
  const seen = settings.calibration.histograms?.get(value.name);
  if (seen === undefined || seen.total === 0) return undefined;
  const { low, high } = rangeOf(seen, settings.range);
  return levelsOf({ low: positive ? 0 : low, high });
}

function throughLevels({ b }: Writing, v: Value, scale: number, zero: number): Value {
  const [s, z] = [b.scalar(scale), b.constant(tensor("uint8", [], Uint8Array.of(zero)))];
  return b.op("DequantizeLinear", [b.op("QuantizeLinear", [v, s, z]), s, z]);
}

/** The engine convolves in whole numbers only where the output is quantised too. */
function outgoing(writing: Writing, site: Site, y: Value): Value {
  const output = site.node.outputs[0]!;
  const levels = levelsFor(writing.settings, output, writing.onlyRelu(output));
  if (levels === undefined) return y;
  const made = throughLevels(writing, y, levels.scale, levels.zero);
  writing.levelled.set(output, made);
  return made;
}

/** A constant bias in steps of the sums it joins, as the engine wants it; any other as it is. */
function bias({ b, standing, settings, parts }: Writing, site: Site, scales: Value): Value | undefined {
  const given = site.node.inputs[2];
  if (given === undefined) return undefined;
  if (given.tensor?.type !== "float32") return standing.get(given);
  const { scale } = levelsFor(settings, site.data, false)!;
  const values = given.tensor.data as Float32Array;
  const steps = Float32Array.from(scales.tensor!.data as Float32Array, (s) => s * scale || 1);
  const limit = 2 ** 31 - 1;
  const codes = Int32Array.from(values, (v, i) => Math.max(-limit, Math.min(limit, Math.round(v / steps[i]))));
  const made = parts.of(site, "bias", () => ({
    codes: tensor("int32", [values.length], codes),
    scales: float32([values.length], steps),
  }));
  return b.op("DequantizeLinear", [made.codes, made.scales], { axis: 0 });
}
