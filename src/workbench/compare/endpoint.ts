import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import type { Policy } from "../../record/task.ts";

/**
 * The one place that calls out of this machine, and only to an address that the task's policy names: an endpoint that speaks
 * OpenAI's chat completions. It follows no redirect, and holds no more of an answer than `MAX_BYTES`.
 */
export interface Endpoint {
  /** One question. The time is of the attempt that was answered. */
  ask(system: string, text: string, signal?: AbortSignal): Promise<Reply>;
}

export interface Reply {
  readonly text: string;
  readonly milliseconds: number;
  /** As the endpoint counts them; null where it does not say. */
  readonly tokens: { readonly input: number; readonly output: number } | null;
}

export interface EndpointOptions {
  readonly url: string;
  readonly model: string;
  readonly policy: Policy;
  readonly key?: string;
  /** Longest that one attempt may take; a minute unless told. */
  readonly deadlineMs?: number;
  /** Pause before the first retry, doubled for each further; half a second unless told. */
  readonly pauseMs?: number;
}

const MAX_BYTES = 2 ** 20;
const RETRIES = 3;
const LONGEST_PAUSE_MS = 30_000;

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z
    .object({ prompt_tokens: z.number().int().min(0), completion_tokens: z.number().int().min(0) })
    .nullish()
    .catch(null),
});

/** @throws Fault `policy/endpoint` for an address that the policy does not name. */
export function endpointOf(options: EndpointOptions): Endpoint {
  const { model, key, deadlineMs = 60_000, pauseMs = 500 } = options;
  const address = addressOf(options.url, options.policy);
  const headers = {
    "Content-Type": "application/json",
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
  };

  async function attempt(body: string, signal?: AbortSignal): Promise<{ status: number; after: number; text: string }> {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const response = await fetch(address, {
        method: "POST",
        headers,
        body,
        redirect: "error",
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      const after = Number(response.headers.get("retry-after") ?? NaN) * 1000;
      return { status: response.status, after, text: await bounded(response, address) };
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault("endpoint/unreachable", {
        what: "the endpoint did not answer",
        where: address,
        why: deadline.aborted ? `there was no answer within ${deadlineMs} ms` : reasonOf(cause),
        remedy: "see that it runs and that this machine may reach it",
        cause,
      });
    }
  }

  return {
    async ask(system, text, signal) {
      const messages = [
        { role: "system", content: system },
        { role: "user", content: text },
      ];
      const body = JSON.stringify({ model, messages, temperature: 0 });
      for (let tried = 0; ; tried++) {
        const began = performance.now();
        const { status, after, text: answer } = await attempt(body, signal);
        const milliseconds = performance.now() - began;
        if (status >= 200 && status < 300) return { ...replyOf(answer, address), milliseconds };
        if ((status !== 429 && status < 500) || tried === RETRIES) throw refused(address, status, answer);
        const pause = Number.isFinite(after) ? after : pauseMs * 2 ** tried;
        await wait(Math.min(LONGEST_PAUSE_MS, Math.max(0, pause)), undefined, { signal });
      }
    },
  };
}

/** Named: the same origin, and the path that the policy gives or one under it. */
function addressOf(url: string, { endpoints }: Policy): string {
  const asked = URL.canParse(url) ? new URL(url) : undefined;
  const isNamed = endpoints.some((named) => {
    const { origin, pathname } = new URL(named);
    const path = pathname.replace(/\/+$/, "");
    return asked?.origin === origin && (asked.pathname === path || asked.pathname.startsWith(`${path}/`));
  });
  if (asked === undefined || !isNamed || !/^https?:$/.test(asked.protocol) || asked.username !== "") {
    throw new Fault("policy/endpoint", {
      what: "the task's policy does not name this address",
      where: url.slice(0, 200),
      why: endpoints.length === 0 ? "it names none: nothing leaves this machine" : `it names ${endpoints.join(", ")}`,
      remedy: "if texts of this task may be sent there, write it into whittle.yaml under policy: endpoints:",
    });
  }
  const path = asked.pathname.replace(/\/+$/, "");
  asked.pathname = path.endsWith("/chat/completions") ? path : `${path}/chat/completions`;
  return asked.href;
}

async function bounded(response: Response, address: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw badAnswer(address, `it is longer than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function replyOf(text: string, address: string): Pick<Reply, "text" | "tokens"> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badAnswer(address, "it is not JSON");
  }
  const read = completion.safeParse(value);
  if (!read.success)
    throw badAnswer(address, `${read.error.issues[0].path.join(".")}: ${read.error.issues[0].message}`);
  const { choices, usage } = read.data;
  return {
    text: choices[0].message.content ?? "",
    tokens: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : null,
  };
}

function badAnswer(address: string, why: string): Fault {
  return new Fault("endpoint/answer", {
    what: "the endpoint's answer is no chat completion",
    where: address,
    why,
    remedy:
      "name the base address of an endpoint that speaks OpenAI's chat completions, such as http://127.0.0.1:8080/v1",
  });
}

function refused(address: string, status: number, answer: string): Fault {
  return new Fault("endpoint/refused", {
    what: `the endpoint answered with status ${status}`,
    where: address,
    why: answer.replace(/\s+/g, " ").slice(0, 200) || undefined,
    remedy: status === 401 || status === 403 ? "give its key with --key-env" : "see what it says, and its model's name",
  });
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
