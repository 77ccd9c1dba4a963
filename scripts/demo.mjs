// The bundled sample tasks, the whole way, as a user would type it: init, make, predict; tickets are classified, fields are
// read out of invoices, personal data go out of letters. Ends with the exit code of the first command that fails, or of a
// bar that is not held. Names of tasks as arguments run these alone.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { parse, parseDocument } from "yaml";

const root = fileURLToPath(new URL("../", import.meta.url));
const main = join(root, "dist/faces/cli/main.js");
const began = performance.now();
const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
const titles = {
  tickets: "Tickets: which queue?",
  invoices: "Invoices: read the fields",
  letters: "Letters: take personal data out",
};
const paint = (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text);

if (!existsSync(main)) {
  console.error("whittle is not built yet; run: npm ci (or npm run build)");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "whittle-demo-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const tasks = { tickets, invoices, letters };
const asked = process.argv.slice(2);
for (const [name, run] of Object.entries(tasks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  cpSync(join(root, "examples", name), join(folder, "examples", name), { recursive: true });
  console.log(`\n${paint("bold", titles[name])}`);
  run();
}
console.log(`\nDone in ${((performance.now() - began) / 1000).toFixed(0)} s. Nothing left this machine.`);

function tickets() {
  const columns = ["--text", "body", "--label", "queue"];
  whittle("init", "tickets", "--kind", "classify", "--from", "examples/tickets/tickets.csv", ...columns);
  complete("tickets", (task) => {
    for (const [label, meaning] of Object.entries(example("tickets/meanings.yaml")))
      task.setIn(["labels", label], meaning);
    task.setIn(["data", "outside"], "../examples/tickets/other.csv");
  });
  told("the meanings of the labels, and texts that fit none, are now named in tickets/whittle.yaml");
  whittle("make", "tickets");
  predictTickets();
}

function invoices() {
  const rows = ["--from", "examples/invoices/invoices.jsonl", "--group", "layout"];
  whittle("init", "invoices", "--kind", "extract", ...rows, "--bar", "span_f1=0.65");
  complete("invoices", (task) => task.set("fields", example("invoices/fields.yaml").fields));
  told("the types of the fields and what they mean are now in invoices/whittle.yaml");
  whittle("make", "invoices");
  const [first] = readFileSync(join(root, "examples/invoices/unseen.jsonl"), "utf8").split("\n");
  whittle("predict", "invoices/invoices.whittle", JSON.parse(first).text);
}

function letters() {
  const rows = ["--from", "examples/letters/letters.jsonl", "--group", "letter"];
  whittle("init", "letters", "--kind", "redact", ...rows, "--bar", "leak_characters=0.05");
  complete("letters", (task) => task.set("categories", example("letters/categories.yaml").categories));
  told("the categories and what becomes of each are now in letters/whittle.yaml");
  whittle("make", "letters");
  whittle("predict", "letters/letters.whittle", "--in", "examples/letters/folder", "--out", "clean");
  console.log(paint("dim", readFileSync(join(folder, "clean/letter.txt"), "utf8").replace(/^/gm, "  ")));
}

/** Runs the command line in the folder, its words shown as they come. */
function whittle(...args) {
  console.log(`\n${paint("cyan", `$ whittle ${args.join(" ")}`)}`);
  const { status, error } = spawnSync(process.execPath, [main, ...args], { cwd: folder, stdio: "inherit" });
  if (status === 0) return;
  console.error(`whittle ${args[0]} ended with ${error?.message ?? `exit code ${status}`}`);
  process.exit(status ?? 1);
}

function complete(name, change) {
  const file = join(folder, name, "whittle.yaml");
  const task = parseDocument(readFileSync(file, "utf8"));
  change(task);
  writeFileSync(file, task.toString({ lineWidth: 0 }));
}

function example(path) {
  return parse(readFileSync(join(root, "examples", path), "utf8"));
}

function told(words) {
  console.log(paint("dim", `(${words})`));
}

/** Tickets that the model has never seen, next to what a person says they are; null fits no queue. */
function predictTickets() {
  const args = ["predict", "tickets/tickets.whittle", "--in", "examples/tickets/unseen.jsonl"];
  console.log(`\n${paint("cyan", `$ whittle ${args.join(" ")}`)}`);
  const { status, stdout } = spawnSync(process.execPath, [main, ...args, "--quiet"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
  for (const line of stdout.trim().split("\n")) {
    const { body, given, queue, label, confidence, in_scope: inScope } = JSON.parse(line);
    const truth = given?.queue ?? queue;
    const mark =
      truth === null
        ? inScope
          ? "·"
          : paint("green", "✓")
        : truth === label
          ? paint("green", "✓")
          : paint("red", "✗");
    const says = truth === null ? "no queue" : truth;
    console.log(
      `${mark} ${(inScope ? label : "none?").padEnd(9)} ${confidence.toFixed(2)}  (${says})`.padEnd(38) +
        paint("dim", short(body)),
    );
  }
  console.log(
    paint(
      "dim",
      "in brackets: what a person says it is; none? where the answer is too unsure for a text of this task. " +
        "Scope, above, says how often that tells a text that fits no queue",
    ),
  );
}

function short(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > 72 ? `${line.slice(0, 71)}…` : line;
}
