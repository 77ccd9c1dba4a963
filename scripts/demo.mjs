// The bundled sample task, the whole way, as a user would type it: init, make, predict. Ends with the exit code of the
// first command that fails, or of a bar that is not held.
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
const paint = (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text);

if (!existsSync(main)) {
  console.error("whittle is not built yet; run: npm ci (or npm run build)");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "whittle-demo-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const name of ["tickets.csv", "other.csv", "meanings.yaml", "unseen.jsonl"])
  cpSync(join(root, "examples/tickets", name), join(folder, name));

whittle("init", "tickets", "--kind", "classify", "--from", "tickets.csv", "--text", "body", "--label", "queue");
completeTask(join(folder, "tickets/whittle.yaml"), join(folder, "meanings.yaml"));
console.log(
  paint("dim", "(the meanings of the labels, and texts that fit none, are now named in tickets/whittle.yaml)"),
);
whittle("make", "tickets");
predictUnseen();
console.log(`\nDone in ${((performance.now() - began) / 1000).toFixed(0)} s. Nothing left this machine.`);

/** Runs the command line in the folder, its words shown as they come. */
function whittle(...args) {
  console.log(`\n${paint("cyan", `$ whittle ${args.join(" ")}`)}`);
  const { status, error } = spawnSync(process.execPath, [main, ...args], { cwd: folder, stdio: "inherit" });
  if (status === 0) return;
  console.error(`whittle ${args[0]} ended with ${error?.message ?? `exit code ${status}`}`);
  process.exit(status ?? 1);
}

function completeTask(taskFile, meaningsFile) {
  const task = parseDocument(readFileSync(taskFile, "utf8"));
  for (const [label, meaning] of Object.entries(parse(readFileSync(meaningsFile, "utf8"))))
    task.setIn(["labels", label], meaning);
  task.setIn(["data", "outside"], "../other.csv");
  writeFileSync(taskFile, task.toString({ lineWidth: 0 }));
}

/** Tickets that the model has never seen, next to what a person says they are; null fits no queue. */
function predictUnseen() {
  const args = ["predict", "tickets/tickets.whittle", "--in", "unseen.jsonl"];
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
