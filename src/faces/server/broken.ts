import type { Duplex } from "node:stream";
import { Fault } from "../../base/fault.ts";

/** What came in on a connection and is no request: the status it gets, and its fault. */
export function brokenRequest(code: string | undefined): readonly [status: string, fault: Fault] {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    const what = "the request did not come in whole in the time that it may take";
    return ["408 Request Timeout", new Fault("serve/slow", { what, remedy: "send it again, or less at once" })];
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    const what = "the headers of the request are too large";
    return ["431 Request Header Fields Too Large", new Fault("serve/http", { what, remedy: "send fewer headers" })];
  }
  const what = "what came in is no request of HTTP";
  const remedy = "let a client of HTTP send it: its length and its headers must be right";
  return ["400 Bad Request", new Fault("serve/http", { what, remedy })];
}

/** Answers what is no request, where somebody still listens, and hangs up. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, fault] = brokenRequest(error.code);
  const body = JSON.stringify(fault);
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
