/** Figures of single alerts that expectations speak of: `alerts.memory.raised`, `alerts.memory.resolvedAt`. */
import type { Decision, RunRecord } from "../engine/result.ts";
import type { PartFigures } from "./figure.ts";

const isRaising = ({ evidence }: Decision): boolean => evidence?.holds === "yes";

/** Below `alerts.NAME`: how often it was raised and resolved, and when for the first time. */
export const ALERT: PartFigures<readonly Decision[]> = {
  raised: { kind: "count", read: (notices) => notices.filter(isRaising).length },
  resolved: { kind: "count", read: (notices) => notices.filter((notice) => !isRaising(notice)).length },
  raisedAt: { kind: "duration", read: (notices) => notices.find(isRaising)?.atMs ?? null },
  resolvedAt: { kind: "duration", read: (notices) => notices.find((notice) => !isRaising(notice))?.atMs ?? null },
};

/** The notices of one alert, in order; none where it was never raised. */
export function noticesOf(run: RunRecord, name: string): Decision[] {
  return run.decisions.filter(({ kind, evidence }) => kind === "alert" && evidence?.rule === name);
}

/** The name of the alert that a path speaks of; null when it speaks of none. */
export function alertOfPath(path: string): string | null {
  const [head, name] = path.split(".");
  return head === "alerts" && name !== undefined ? name : null;
}
