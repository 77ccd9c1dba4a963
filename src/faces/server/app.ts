import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Fault } from "../../base/fault.ts";
import { version } from "../../base/version.ts";
import { recordSchema } from "../../kinds/extract/schema.ts";
import type { Opened } from "../../predict/pack.ts";
import { within } from "./deadline.ts";
import { faultFrom, respond } from "./errors.ts";
import { answerBytes, type Budget } from "../../workbench/memory/budget.ts";
import { type MemoryTold, MemoryWatch } from "../../workbench/memory/watch.ts";
import { checkHost } from "./host.ts";
import { intakeOf, type RequestEnv } from "./intake.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type Queue, queueOf } from "./queue.ts";
import { chooseModel, parseRequest } from "./request.ts";

export interface AppOptions {
  readonly limits?: Partial<Limits>;
  /** Answer only requests that name this machine as their host. */
  readonly loopbackOnly?: boolean;
  /** Told of what was not expected; the client is told nothing of it. */
  readonly onDefect?: (error: unknown) => void;
  /** The memory that was given: requests are taken in only where it holds them. */
  readonly budget?: Budget;
  /** Told when memory goes above what was given, and when it falls again. */
  readonly onCrossing?: (told: MemoryTold) => void;
}

export interface App {
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>;
  request(path: string, init?: RequestInit): Response | Promise<Response>;
  /** From now on /health says "stopping" and predictions are refused; settles when the accepted ones are answered. */
  drain(): Promise<void>;
  /** Looks at the memory of the process; told of by /health. */
  readonly watch: MemoryWatch;
}

interface Model {
  readonly pack: Opened;
  readonly queue: Queue;
}

/**
 * The HTTP face of some packs, without a socket: POST /v1/predict, GET /v1/models, GET /health. Errors are faults in JSON.
 * No answer carries a CORS header, so no web page can read one.
 */
export function appOf(packs: readonly Opened[], options: AppOptions = {}): App {
  const limits = { ...defaultLimits, ...options.limits };
  const models = byName(packs, limits);
  let stopping = false;
  const { budget, onCrossing } = options;
  const watch = new MemoryWatch({ limit: budget?.bytes, onCrossing });
  const app = new Hono<RequestEnv>();

  app.use(async (context, next) => {
    if (options.loopbackOnly === true) checkHost(context.req.header("host") ?? new URL(context.req.url).host);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
    await next();
  });
  app.get("/health", (context) => {
    const memory = watch.tell();
    const status = stopping ? "stopping" : memory.full ? "full" : "ok";
    return context.json({ status, whittle: version, models: [...models.keys()], memory }, status === "ok" ? 200 : 503);
  });
  app.get("/v1/models", (context) => {
    return context.json({ models: [...models.values()].map(({ pack }) => describe(pack)) });
  });
  app.post(
    "/v1/predict",
    async (context, next) => {
      if (stopping) throw new Fault("serve/stopping", { what: "the server is stopping", remedy: "ask another" });
      const type = context.req.header("content-type") ?? "";
      const coded = context.req.header("content-encoding") ?? "identity";
      if (coded.toLowerCase() !== "identity") {
        throw new Fault("serve/media-type", {
          what: "the body must not be compressed",
          where: "Content-Encoding",
          remedy: "send it as it is",
        });
      }
      if (/^application\/json\s*(;|$)/i.test(type)) return next();
      throw new Fault("serve/media-type", {
        what: "the body must be JSON",
        where: "Content-Type",
        remedy: "send it with Content-Type: application/json",
      });
    },
    intakeOf(budget, limits.maxBodyBytes),
    bodyLimit({
      maxSize: limits.maxBodyBytes,
      onError: () => {
        throw new Fault("serve/too-large", {
          what: `the body is larger than ${limits.maxBodyBytes} bytes`,
          where: "body",
          remedy: "send the texts in several requests",
        });
      },
    }),
    async (context) => {
      const { texts, single, model } = parseRequest(await context.req.text(), limits);
      const { pack, queue } = chooseModel(models, model);
      context.get("held")?.more(answerBytes(texts.length, Object.keys(pack.card.labels).length));
      const results = await within(limits.deadlineMs, context.req.raw.signal, (signal) =>
        queue.run(() => pack.predictMany(texts, { signal }), signal),
      );
      watch.answered(texts.length);
      watch.look();
      if (!single) return context.json({ model: pack.card.task.name, predictions: results });
      const [result] = results;
      if (result instanceof Fault) throw result;
      return context.json(result);
    },
  );
  app.all("/v1/predict", (context) => {
    context.header("Allow", "POST");
    throw new Fault("serve/method", {
      what: "predictions are asked for with POST",
      where: context.req.method,
      remedy: "use POST",
    });
  });
  app.notFound((context) => {
    const what = `there is nothing at ${context.req.path.slice(0, 80)}`;
    return respond(
      context,
      new Fault("serve/not-found", { what, remedy: "POST /v1/predict, GET /v1/models or GET /health" }),
    );
  });
  app.onError((error, context) => {
    const fault = faultFrom(error);
    if (fault !== error) options.onDefect?.(error);
    return respond(context, fault);
  });

  return {
    watch,
    fetch: (request, env) => app.fetch(request, env),
    request: (path, init) => app.request(path, init),
    async drain() {
      stopping = true;
      await Promise.all([...models.values()].map(({ queue }) => queue.idle()));
    },
  };
}

function byName(packs: readonly Opened[], limits: Limits): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>();
  for (const pack of packs) {
    const { name } = pack.card.task;
    if (models.has(name)) {
      throw new Fault("serve/same-name", {
        what: `two packs are called "${name}"`,
        remedy: "serve one of them, or give the tasks names of their own in whittle.yaml",
      });
    }
    models.set(name, { pack, queue: queueOf(limits.maxWaiting) });
  }
  return models;
}

function describe({ card, manifest, hash, sizeBytes }: Opened): object {
  const { name, kind, about } = card.task;
  const { recipe, precision, held, quality } = card;
  return {
    name,
    kind,
    about,
    labels: card.labels,
    ...(kind === "extract" ? { schema: recordSchema(name, card.labels, manifest.spans?.fields ?? {}) } : {}),
    rung: recipe.rung,
    precision,
    held,
    quality,
    hash,
    size_bytes: sizeBytes,
  };
}
