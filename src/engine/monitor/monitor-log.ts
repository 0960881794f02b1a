/** What the monitor writes: the newest lines only, each with its number, so that whoever follows it misses none. */

/** How many lines are kept: far more than one event can write. */
const LINES_KEPT = 256;

/** One line. Plain data. */
export interface LogLine {
  readonly atUs: number;
  readonly text: string;
}

/** A log. Plain data. */
export interface MonitorLog {
  /** How many lines were ever written; the newest has number `count - 1`. */
  count: number;
  readonly newest: LogLine[];
}

/** An empty log. */
export function createMonitorLog(): MonitorLog {
  return { count: 0, newest: [] };
}

/** Writes a line. */
export function writeLine(log: MonitorLog, atUs: number, text: string): void {
  log.count++;
  log.newest.push({ atUs, text });
  if (log.newest.length > LINES_KEPT) log.newest.shift();
}

/** The lines from number `from` on, as far as they are kept. */
export function linesFrom(log: MonitorLog, from: number): readonly LogLine[] {
  const missing = log.count - log.newest.length;
  return log.newest.slice(Math.max(from - missing, 0));
}
