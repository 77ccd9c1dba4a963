import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** A Chromium of this machine: CHROMIUM (none when that is empty), or one on the PATH. */
export function chromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return named === "" ? undefined : named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

const root = fileURLToPath(new URL("..", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** The project's own files over the loopback, beside those given; what the page posts to /told/NAME is awaited by name. */
export interface Site {
  readonly url: string;
  told(name: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function site(given: Readonly<Record<string, string | Uint8Array>>): Promise<Site> {
  const letters = new Map<string, PromiseWithResolvers<unknown>>();
  const letter = (name: string): PromiseWithResolvers<unknown> => {
    const known = letters.get(name) ?? withResolvers();
    letters.set(name, known);
    return known;
  };
  const answer = async (path: string, request: IncomingMessage): Promise<string | Uint8Array> => {
    if (path.startsWith("/told/")) {
      letter(path.slice("/told/".length)).resolve(JSON.parse(await bodyOf(request)));
      return "";
    }
    return Object.hasOwn(given, path) ? given[path] : readFile(join(root, normalize(path)));
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    answer(pathname, request).then(
      (body) => response.writeHead(200, { "content-type": types[extname(pathname)] ?? "text/plain" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told: (name) => letter(name).promise,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export interface Browser {
  /** When the browser has ended, by itself or closed. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Opens a page without a window, with the software adapter for WebGPU. */
export function browse(executable: string, url: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), "whittle-browser-"));
  const flags = [
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-webgpu-adapter=swiftshader",
    "--use-vulkan=swiftshader",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
  ];
  // A group of its own, so that the browser's helpers end with it.
  const child = spawn(executable, [...flags, url], { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => {
    child.on("exit", () => resolve());
    child.on("error", () => resolve());
  });
  const close = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return { ended, close };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
