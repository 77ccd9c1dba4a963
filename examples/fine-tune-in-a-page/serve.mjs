/** Sends this page and the files that it imports to browsers of this machine: node serve.mjs [PORT] */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sent = /^\/(examples\/fine-tune-in-a-page|dist|node_modules)\//;
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  const body = sent.test(path) ? await readFile(join(root, path)).catch(() => undefined) : undefined;
  if (body === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/examples/fine-tune-in-a-page/index.html`);
});
