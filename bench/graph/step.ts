/** One step graph in a process of its own: its path, rows and length of a batch. Says the resident set before, and the times of its runs. */
import { float32, int64, sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";

const [path, ...numbers] = process.argv.slice(2);
const [batch, length] = numbers.map(Number);
const engine = onnxruntime();
const program = await engine.load({ path }, { thread: "here" });
const feeds: Record<string, Tensor> = {
  ids: int64(
    [batch, length],
    Array.from({ length: batch * length }, (_, i) => (i * 7919) % 512),
  ),
  mask: float32([batch, length], new Float32Array(batch * length).fill(1)),
  labels: int64(
    [batch],
    Array.from({ length: batch }, (_, i) => i % 7),
  ),
  row_weights: float32([batch], new Float32Array(batch).fill(1)),
};
for (const { name, dims } of program.inputs) {
  const size = sizeOf(dims as number[]);
  feeds[name] ??= float32(
    dims as number[],
    Float32Array.from({ length: size }, (_, i) => Math.sin(i) / 50),
  );
}
const before = process.memoryUsage.rss();
const times: number[] = [];
for (let run = 0; run < 4; run++) {
  const began = process.cpuUsage();
  await program.run(feeds);
  const { user, system } = process.cpuUsage(began);
  times.push((user + system) / 1000);
}
console.log(JSON.stringify({ before, ms: Math.min(...times) }));
await engine.close();
