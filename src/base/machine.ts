import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { printBytes } from "./print.ts";

/** The machine in words, beside whatever was measured on it: processor, threads, memory, system, Node. */
export function machine(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, " ").trim();
  const processor = model === undefined || model === "" || model === "unknown" ? "a processor without a name" : model;
  return `${processor}, ${availableParallelism()} threads, ${printBytes(totalmem())}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}
