import { serve, type ServerType } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { Fault } from "../../base/fault.ts";
import type { App } from "./app.ts";

export interface Listening {
  /** "http://127.0.0.1:8017" */
  readonly url: string;
  /** Answers what was accepted, then closes; connections still open after `graceMs` are cut. */
  stop(graceMs: number): Promise<void>;
}

/** Puts an app on a socket. Port 0 takes one that is free. Connections above `most` are closed as they come. */
export async function listen(app: App, host: string, port: number, most?: number): Promise<Listening> {
  const server = await started(app, host, port);
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

function started(app: App, host: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(server));
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
