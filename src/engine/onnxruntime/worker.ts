import { parentPort, workerData } from "node:worker_threads";
import type { Program } from "../port.ts";
import { buffersOf, letterOf } from "./messages.ts";
import type { Answer, Opening, Request } from "./messages.ts";
import { openSession } from "./session.ts";

/** The entry of the worker thread: opens one program and answers requests about it until the thread is ended. */

const { source, options, busy } = workerData as Opening;

function rest(): void {
  Atomics.store(busy, 0, 0);
  Atomics.notify(busy, 0);
}

process.on("exit", rest);

function answer(message: Answer): void {
  rest(); // before the message: its reader may mark the next request at once
  const tensors =
    message.is === "results" ? Object.values(message.results) : message.is === "value" ? [message.value] : [];
  parentPort?.postMessage(message, buffersOf(tensors));
}

async function serve(program: Program, request: Request): Promise<Answer> {
  switch (request.ask) {
    case "run":
      return { is: "results", results: await program.run(request.feeds, { fetch: request.fetch }) };
    case "read":
      return { is: "value", value: await program.read(request.resident) };
    case "write":
      await program.write(request.resident, request.value);
      return { is: "done" };
  }
}

try {
  const program = await openSession(source, options);
  parentPort?.on("message", (request: Request) => {
    serve(program, request).then(answer, (error: unknown) => answer({ is: "fault", letter: letterOf(error) }));
  });
  answer({ is: "open", inputs: program.inputs, outputs: program.outputs });
} catch (error) {
  answer({ is: "fault", letter: letterOf(error) });
}
