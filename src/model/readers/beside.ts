import { dirname, join, normalize } from "node:path";
import { Fault } from "../../base/fault.ts";

/** External data lie beside the model or below it; a location that leads elsewhere is refused before it is looked at. */
export function pathBeside(model: string, location: string): string {
  const plain = normalize(location);
  if (location === "" || /^(?:[/\\]|[A-Za-z]:|\.\.(?:[/\\]|$))/.test(plain) || /[\0\\]/.test(location)) {
    throw notInside(model, location);
  }
  return join(dirname(model), plain);
}

/** The fault of external data that lie elsewhere. */
export function notInside(model: string, location: string): Fault {
  return new Fault("model/external", {
    what: `the model names ${JSON.stringify(location)} as a file of its own`,
    where: model,
    why: "external data may lie beside the model or below it, nowhere else",
    remedy: "do not use a model from a source that you do not trust; else export it again",
  });
}

/** The fault of a file of external data that cannot be read. */
export function notBeside(model: string, location: string, told: Fault): Fault {
  return new Fault("model/external", {
    what: `a file that belongs to the model cannot be read: ${location}`,
    where: model,
    why: told.why,
    remedy: "put the files of external data beside the model, under the names it gives them",
    cause: told,
  });
}
