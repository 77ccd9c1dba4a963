/**
 * Spoils models and reads them, run from the build in a process of its own whose heap collects nothing during a read, so
 * that what a read has allocated can be seen. Prints one line of JSON. Usage:
 *   node --expose-gc --max-semi-space-size=128 wire-mutations.mjs SEED COUNT FILE…
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { random } from "../../dist/base/random.js";
import { fromOnnx, toOnnx, trainingStep } from "../../dist/graph/index.js";
import { Fields } from "../../dist/graph/wire/reach.js";

const [seed, count, ...files] = process.argv.slice(2);
const draw = random(Number(seed), "wire mutations");

const models = files.map((file) => ({ name: file, bytes: new Uint8Array(readFileSync(file)) }));
const recurrent = models.find(({ name }) => name.includes("nnsplit"));
if (recurrent !== undefined) {
  // The step that trains it: half a thousand nodes, and loops with graphs of their own.
  const loss = { kind: "binary-cross-entropy", logits: "output" };
  const { graph } = trainingStep(fromOnnx(recurrent.bytes), { loss, optimiser: "gradients" });
  models.push({ name: "its training step", bytes: toOnnx(graph) });
}
for (const model of models) model.structure = structureOf(model.bytes);

/** Places outside the weights, which are nearly all of a file and of which any value is as good as another. */
function structureOf(bytes) {
  const fields = new Fields({ size: bytes.length, read: (at, n) => bytes.subarray(at, at + n) });
  const places = [];
  const take = (from, to) => {
    for (let at = from; at < to; at++) places.push(at);
  };
  for (const outer of fields.of(0, bytes.length)) {
    take(outer.from, outer.at);
    if (outer.field !== 7) continue;
    for (const inner of fields.of(outer.at, outer.end)) {
      if (inner.field !== 5) take(inner.from, inner.end);
      else {
        take(inner.from, inner.at);
        for (const part of fields.of(inner.at, inner.end)) take(part.from, Math.min(part.end, part.at + 64));
      }
    }
  }
  return places;
}

const telling = [0, 1, 8, 10, 18, 26, 34, 42, 50, 58, 66, 74, 90, 98, 0x7f, 0x80, 0xfe, 0xff];

/** One way of spoiling a file each. They change the file where it is or give one of their own; `undo` takes it back. */
const ways = {
  "one bit"(bytes, at, undo) {
    const place = at();
    undo(place, 1);
    bytes[place] ^= 1 << draw.below(8);
  },
  "a telling byte"(bytes, at, undo) {
    const place = at();
    undo(place, 1);
    bytes[place] = telling[draw.below(telling.length)];
  },
  "several bytes"(bytes, at, undo) {
    for (let n = 2 + draw.below(6); n > 0; n--) {
      const place = at();
      undo(place, 1);
      bytes[place] = draw.below(256);
    }
  },
  "a number without end"(bytes, at, undo) {
    const place = at();
    const length = Math.min(1 + draw.below(10), bytes.length - place);
    undo(place, length);
    bytes.fill(0xff, place, place + length);
  },
  "a piece from elsewhere"(bytes, at, undo) {
    const [to, from] = [at(), at()];
    const length = Math.min(1 + draw.below(40), bytes.length - Math.max(to, from));
    undo(to, length);
    bytes.copyWithin(to, from, from + length);
  },
  "cut off": (bytes, at) => bytes.subarray(0, at()),
  "a piece taken out"(bytes, at) {
    const from = at();
    const to = Math.min(bytes.length, from + 1 + draw.below(60));
    const spoilt = new Uint8Array(bytes.length - (to - from));
    spoilt.set(bytes.subarray(0, from));
    spoilt.set(bytes.subarray(to), from);
    return spoilt;
  },
};
const names = Object.keys(ways);
// Most ways spoil the bytes where they are; those that copy a file take longer and come less often.
const turns = [...names, ...names.slice(0, 5), ...names.slice(0, 5)];

const told = { read: 0, refused: {}, failures: [], measured: 0, worst: { times: 0 }, slowest: { ms: 0 } };

for (let i = 0; i < Number(count); i++) {
  // The step takes ten times as long to read.
  const { name, bytes, structure } = i % 128 === 127 ? models[models.length - 1] : models[i % files.length];
  const way = turns[draw.below(turns.length)];
  const kept = [];
  const anywhere = draw.below(20) === 0;
  const at = () => (anywhere ? draw.below(bytes.length) : structure[draw.below(structure.length)]);
  const undo = (from, length) => kept.push([from, bytes.slice(from, from + length)]);
  const spoilt = ways[way](bytes, at, undo) ?? bytes;
  judge(spoilt, { mutation: i, way, name }, bytes.length);
  for (const [from, old] of kept.reverse()) bytes.set(old, from);
}
console.log(JSON.stringify(told));

/** Garbage counts too: what a read has allocated is no less than what it held at any moment. */
function held() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function judge(spoilt, which, whole) {
  // A whole collection each time would take longer than all the reads. A model without weights is names and lists alone.
  const measured = whole > 1e6 && draw.below(64) === 0;
  if (measured) globalThis.gc();
  const before = measured ? held() : 0;
  const began = performance.now();
  let graph;
  try {
    graph = fromOnnx(spoilt);
    told.read++;
  } catch (error) {
    if (error?.name === "Fault") told.refused[error.code] = (told.refused[error.code] ?? 0) + 1;
    else told.failures.push({ ...which, error: String(error?.stack ?? error).slice(0, 600) });
  }
  const ms = performance.now() - began;
  const times = measured ? (held() - before) / whole : 0;
  if (ms > told.slowest.ms) told.slowest = { ms, ...which };
  if (measured) told.measured++;
  if (times > told.worst.times) told.worst = { times, ...which };
  // What is read can be written, and is then read again.
  if (graph === undefined || draw.below(20) > 0) return;
  try {
    fromOnnx(toOnnx(graph));
  } catch (error) {
    told.failures.push({ ...which, again: true, error: String(error?.stack ?? error).slice(0, 600) });
  }
}
