import { Fault } from "../../base/fault.ts";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

export function isLoopback(address: string): boolean {
  return loopback.includes(address) || address === "::1" || address.startsWith("127.");
}

/**
 * Refuses a request that names another host than this machine, for servers that listen on this machine alone: a web page whose name
 * was made to point here (DNS rebinding) sends its own name.
 */
export function checkHost(host: string): void {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (loopback.includes(name)) return;
  throw new Fault("serve/host", {
    what: `this server does not answer for "${host.slice(0, 80)}"`,
    where: "Host",
    why: "it listens on this machine alone",
    remedy: "ask for http://127.0.0.1, or serve with --host to answer others",
  });
}
