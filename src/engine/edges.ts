import { Fault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";
import { sizeOf } from "../base/tensor.ts";
import type { ElementType, Tensor } from "../base/tensor.ts";
import type { ProgramPort, Resident } from "./port.ts";

/**
 * What may cross the edge of a program, checked in one place for every engine: names, types and shapes of feeds,
 * names of fetches, and residents against the ports they stand for.
 */

/** Element types that cross an edge. float16 lives inside graphs only: no engine's edge is trusted with it. */
export const edgeTypes: ReadonlySet<ElementType> = new Set<ElementType>([
  "float32",
  "float64",
  "int8",
  "uint8",
  "int32",
  "int64",
  "bool",
]);

/** Refuses feeds that do not fit. A symbolic dimension takes its size from the first feed that has it and keeps it. */
export function checkFeeds(
  inputs: readonly ProgramPort[],
  residents: ReadonlySet<string>,
  feeds: Readonly<Record<string, Tensor>>,
): void {
  for (const name of Object.keys(feeds)) {
    if (residents.has(name)) {
      throw new Fault("engine/feed-resident", {
        what: `the input "${name}" is resident and cannot be fed`,
        remedy: "replace its value with write()",
      });
    }
    if (!inputs.some((port) => port.name === name)) throw unknown("engine/feed-unknown", "input", name, inputs);
  }
  const sizes = new Map<string, { readonly size: number; readonly from: string }>();
  for (const port of inputs) {
    if (residents.has(port.name)) continue;
    if (!Object.hasOwn(feeds, port.name)) {
      throw new Fault("engine/feed-missing", {
        what: `the input "${port.name}" was not fed`,
        where: printPort(port),
        remedy: `feed ${inputs
          .filter((p) => !residents.has(p.name) && !Object.hasOwn(feeds, p.name))
          .map((p) => p.name)
          .join(", ")}`,
      });
    }
    checkTensor(port, feeds[port.name], sizes);
  }
}

/** The outputs to return: those asked for, or all that are not some resident's next value. */
export function chooseFetches(
  outputs: readonly ProgramPort[],
  residents: readonly Pick<Resident, "next">[],
  asked: readonly string[] | undefined,
): string[] {
  if (asked === undefined) {
    const kept = new Set(residents.map((resident) => resident.next));
    return outputs.map((port) => port.name).filter((name) => !kept.has(name));
  }
  for (const name of asked) {
    if (!outputs.some((port) => port.name === name)) throw unknown("engine/fetch-unknown", "output", name, outputs);
  }
  return [...new Set(asked)];
}

/** Refuses residents that name no port, name one twice, or whose value or next output does not fit the input. */
export function checkResidents(
  inputs: readonly ProgramPort[],
  outputs: readonly ProgramPort[],
  residents: readonly Resident[],
): void {
  const seen = new Set<string>();
  for (const { input, next, value } of residents) {
    const port = inputs.find((p) => p.name === input);
    if (port === undefined) throw unknown("engine/resident", "input", input, inputs);
    if (seen.has(input)) {
      throw new Fault("engine/resident", { what: `the input "${input}" is named by two residents` });
    }
    seen.add(input);
    checkTensor(port, value, new Map());
    if (next === undefined) continue;
    const source = outputs.find((p) => p.name === next);
    if (source === undefined) throw unknown("engine/resident", "output", next, outputs);
    if (source.type !== port.type) {
      throw new Fault("engine/resident", {
        what: `the output "${next}" of type ${source.type} cannot become the input "${input}" of type ${port.type}`,
      });
    }
  }
}

/** Refuses a tensor of the wrong type, length or shape for a port; binds the port's symbolic dimensions in `sizes`. */
export function checkTensor(
  port: ProgramPort,
  value: Tensor,
  sizes: Map<string, { readonly size: number; readonly from: string }>,
): void {
  if (value.type !== port.type) {
    throw new Fault("engine/feed-type", {
      what: `the input "${port.name}" takes ${port.type} and was given ${(value.type as string | undefined) ?? "no tensor"}`,
      where: printPort(port),
      ...((value.type as string | undefined) === undefined && {
        remedy: "make a tensor of the numbers: float32(dims, numbers), or int64, or tensor(type, dims, data)",
      }),
    });
  }
  if (value.data.length !== sizeOf(value.dims)) {
    throw new Fault("engine/feed-shape", {
      what: `the value for "${port.name}" has ${value.data.length} elements and its shape [${value.dims.join(", ")}] says ${sizeOf(value.dims)}`,
      where: printPort(port),
    });
  }
  const refuse = (why: string): Fault =>
    new Fault("engine/feed-shape", {
      what: `the value of shape [${value.dims.join(", ")}] does not fit the input "${port.name}"`,
      where: printPort(port),
      why,
    });
  if (value.dims.length !== port.dims.length) {
    throw refuse(`it has ${value.dims.length} dimensions, the input has ${port.dims.length}`);
  }
  port.dims.forEach((dim, i) => {
    const size = value.dims[i];
    if (typeof dim === "number") {
      if (size !== dim) throw refuse(`dimension ${i} is ${size}, the input has ${dim}`);
      return;
    }
    const bound = sizes.get(dim);
    if (bound === undefined) sizes.set(dim, { size, from: port.name });
    else if (bound.size !== size) {
      throw refuse(`dimension ${i}, "${dim}", is ${size}, and "${bound.from}" has made it ${bound.size}`);
    }
  });
}

/** `ids: int64[batch, 64]` */
export function printPort(port: ProgramPort): string {
  return `${port.name}: ${port.type}[${port.dims.join(", ")}]`;
}

function unknown(
  code: "engine/feed-unknown" | "engine/fetch-unknown" | "engine/resident",
  side: "input" | "output",
  name: string,
  ports: readonly ProgramPort[],
): Fault {
  const names = ports.map((port) => port.name);
  const near = nearest(name, names);
  return new Fault(code, {
    what: `the program has no ${side} "${name}"`,
    why: `its ${side}s are ${names.join(", ") || "none"}`,
    remedy: near === undefined ? undefined : `did you mean "${near}"?`,
  });
}
