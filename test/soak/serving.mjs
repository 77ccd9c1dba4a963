// Serves a pack as `whittle serve` does, and may keep so many bytes of every text that it answers: a leak, made for the test.
import { Buffer } from "node:buffer";
import { listen } from "../../dist/faces/server/listen.js";
import { appOf } from "../../dist/faces/server/app.js";
import { open } from "../../dist/index.js";

const [path, leak] = process.argv.slice(2);
const pack = await open(path, { thread: "worker" });
const kept = [];
const leaking = {
  ...pack,
  predictMany(texts, options) {
    for (const text of texts) kept.push(Buffer.alloc(Number(leak), text));
    return pack.predictMany(texts, options);
  },
};
const server = await listen(appOf([leaking]), "127.0.0.1", 0);
console.log(JSON.stringify({ url: server.url }));
