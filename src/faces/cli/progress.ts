import type { Clock } from "../../base/clock.ts";
import type { Progress, ProgressEvent } from "../../base/progress.ts";

/** Where progress is drawn. */
export interface Screen {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface Drawn extends Progress {
  /** Takes the bar off the screen, so that a line can be written. */
  clear(): void;
}

export const noProgress: Drawn = { report: () => undefined, clear: () => undefined };

const REDRAW_MS = 80;
const PLAIN_AGAIN_MS = 10_000;
const BAR = 20;

/** On a terminal one line that is drawn over; elsewhere a plain line whenever the work changes, and every ten seconds. */
export function progressOn(screen: Screen, clock: Clock): Drawn {
  return screen.isTTY ? bar(screen, clock) : plainLines(screen, clock);
}

function bar(screen: Screen, clock: Clock): Drawn {
  const pace = paceKeeper(clock);
  let drawnAt = -Infinity;
  let shown = "";
  let drawn = false;
  function clear(): void {
    if (drawn) screen.write("\r\u001b[K");
    drawn = false;
  }
  return {
    clear,
    report(event) {
      const left = pace(event);
      const now = clock.now();
      if (event.note !== undefined) {
        clear();
        screen.write(`${event.note}\n`);
      }
      const work = workOf(event);
      if (drawn && work === shown && now - drawnAt < REDRAW_MS) return;
      shown = work;
      drawnAt = now;
      drawn = true;
      screen.write(`\r\u001b[K${barLine(event, left).slice(0, Math.max(10, screen.columns - 1))}`);
    },
  };
}

function barLine(event: ProgressEvent, left: number | undefined): string {
  const head = `${event.stage.padEnd(9)} `;
  if (event.total === undefined || event.total === 0) return `${head}${event.label}`;
  const share = Math.min(1, event.done / event.total);
  const full = Math.round(share * BAR);
  const time = left === undefined ? "" : `, ${printSeconds(left)} left`;
  return `${head}${"█".repeat(full)}${"░".repeat(BAR - full)} ${Math.floor(100 * share)} %${time}  ${event.label}`;
}

function plainLines(screen: Screen, clock: Clock): Drawn {
  const pace = paceKeeper(clock);
  let shown = "";
  let at = -Infinity;
  return {
    clear: () => undefined,
    report(event) {
      const left = pace(event);
      const now = clock.now();
      if (event.note !== undefined) screen.write(`${event.note}\n`);
      const work = workOf(event);
      if (work === shown && now - at < PLAIN_AGAIN_MS) return;
      const share = work === shown && event.total ? ` ${Math.floor((100 * event.done) / event.total)} %` : "";
      const time = share === "" || left === undefined ? "" : `, ${printSeconds(left)} left`;
      shown = work;
      at = now;
      screen.write(`${event.stage}: ${event.label}${share}${time}\n`);
    },
  };
}

/** What is worked on, whatever it says of how far: "linear, fold 2 of 5" is a piece of the work that fold 1 was one of. */
function workOf({ stage, label }: ProgressEvent): string {
  return `${stage} ${label.split(",", 1)[0]}`;
}

/** Seconds left by the pace so far of the piece of work at hand; undefined until that can be told. */
function paceKeeper(clock: Clock): (event: ProgressEvent) => number | undefined {
  let work = "";
  let began = { at: 0, done: 0 };
  return (event) => {
    const { done, total } = event;
    const now = clock.now();
    const here = `${workOf(event)} ${total}`;
    if (here !== work || done < began.done) {
      work = here;
      began = { at: now, done };
    }
    const elapsed = now - began.at;
    if (total === undefined || done <= began.done || elapsed < 1000) return undefined;
    return ((total - done) * elapsed) / (done - began.done) / 1000;
  };
}

/** "8 s", "2 min 10 s", "1 h 20 min" */
export function printSeconds(seconds: number): string {
  const s = Math.max(1, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
