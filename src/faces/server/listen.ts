import { serve, type ServerType } from "@hono/node-server";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Fault } from "../../base/fault.ts";
import type { App } from "./app.ts";
import { refuseBroken } from "./broken.ts";
import { defaultLimits } from "./limits.ts";

export interface Listening {
  /** "http://127.0.0.1:8017" */
  readonly url: string;
  /** Answers what was accepted, then closes; connections still open after `graceMs` are cut. */
  stop(graceMs: number): Promise<void>;
}

export interface ListenOptions {
  /** Connections above it are closed as they come. */
  readonly most?: number;
  /** A request must have come in by then, with its headers; as long again it may take to answer, and its answer to be read. */
  readonly deadlineMs?: number;
}

/** Puts an app on a socket. Port 0 takes one that is free. */
export async function listen(app: App, host: string, port: number, options: ListenOptions = {}): Promise<Listening> {
  const { most, deadlineMs = defaultLimits.deadlineMs } = options;
  const server = await started(app, host, port, deadlineMs);
  server.on("clientError", refuseBroken);
  // Who does not read an answer keeps what it takes: no longer than this.
  server.on("request", (_: unknown, answer: ServerResponse) => {
    const cut = setTimeout(() => answer.destroy(), 3 * deadlineMs).unref();
    answer.once("close", () => clearTimeout(cut));
  });
  if (most !== undefined && "maxConnections" in server) server.maxConnections = most;
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), graceMs);
      await app.drain();
      // A connection becomes idle once its last answer is out, which is a moment after the answer was made.
      const sweep = setInterval(() => "closeIdleConnections" in server && server.closeIdleConnections(), 20);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** How often it is looked for requests that take too long to come in. */
const CHECK_MS = 1000;

function started(app: App, host: string, port: number, deadlineMs: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const serverOptions = {
      requestTimeout: deadlineMs,
      headersTimeout: deadlineMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, deadlineMs),
    };
    const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions }, () => resolve(server));
    server.on("error", (cause: NodeJS.ErrnoException) => reject(refused(cause, host, port)));
  });
}

function refused(cause: NodeJS.ErrnoException, host: string, port: number): Fault {
  const whys: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
    EADDRINUSE: ["another program listens there", "choose another with --port, or 0 for one that is free"],
    EACCES: ["permission was denied", "choose a port above 1023 with --port"],
    EADDRNOTAVAIL: ["this machine has no such address", "choose another with --host"],
    ENOTFOUND: ["this machine knows no such name", "choose another with --host"],
  };
  const [why, remedy] = whys[cause.code ?? ""] ?? [
    `the system answered ${cause.code}`,
    "choose another with --host and --port",
  ];
  return new Fault("serve/port", {
    what: `could not listen on ${host}, port ${port}`,
    where: `${host}:${port}`,
    why,
    remedy,
    cause,
  });
}
