// One ONNX file through the engine: its path, then the rows of its input. Runs four times.
import { onnxruntime } from "../../dist/engine/index.js";

const [path, rows] = process.argv.slice(2);
const engine = onnxruntime();
const program = await engine.load({ path }, { thread: "here" });
const data = new Float32Array(Number(rows) * 1024).fill(0.1);
for (let i = 0; i < 4; i++) await program.run({ x: { type: "float32", dims: [Number(rows), 1024], data } });
await engine.close();
