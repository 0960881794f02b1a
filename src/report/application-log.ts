/**
 * The application log of a run, as a service would write it: one line per event, `TIME LEVEL SOURCE MESSAGE`. Levels
 * are INFO, WARN, ERROR, PANIC and FATAL, so that the usual searches find what they look for. TIME is the time since the
 * run's start; the file is the same for the same seed.
 */
import { recentErrors } from "../engine/monitor/error-record.ts";
import { linesFrom } from "../engine/monitor/monitor-log.ts";
import { alertNoticeOf } from "../engine/monitoring-alerts.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import type { Decision, RunRecord } from "../engine/result.ts";
import type { ReadyPlan } from "../engine/stack-plan.ts";
import type { StackState } from "../engine/stack-state.ts";
import { stripControls } from "./plain-text.ts";

type Level = "INFO" | "WARN" | "ERROR" | "PANIC" | "FATAL";

/** Kinds of failures that take the process with them. */
const PANICS = /panic|crash/i;

/** Takes the log of one run. */
export interface ApplicationLog {
  /** Shown a state after every control event: writes what has happened since the one before, in the order of time. */
  readonly take: (ready: ReadyPlan, state: StackState) => void;
  /** Writes how the run ended, and the final report where the policy asks for one. */
  readonly end: (record: RunRecord) => void;
}

/** The log of a run of a plan that begins, written by `write`. It keeps counts only, however long the run is. */
export function createApplicationLog(plan: RehearsalPlan, write: (text: string) => void): ApplicationLog {
  let decisions = 0;
  let lines = 0;
  let errors = 0;
  write(line(0, "INFO", "scenario", `${plan.scenario}: policy ${plan.policy.name}, seed ${plan.seed}`));
  return {
    take: (ready, state) => {
      const { monitoring } = state;
      const written: string[] = [];
      if (monitoring.errors !== null && monitoring.errors.completed > errors) {
        const newest = recentErrors(monitoring.errors, ready.plan.world, errors);
        const missed = monitoring.errors.completed - errors - newest.length;
        if (missed > 0) {
          const first = newest[0]?.atMs ?? state.kernel.nowUs / 1_000;
          written.push(
            line(first, "ERROR", "service", `${missed} more failed attempts before this, not kept one by one`),
          );
        }
        for (const { atMs, version, route, kind } of newest) {
          const level = PANICS.test(kind) ? "PANIC" : "ERROR";
          written.push(line(atMs, level, "service", `${version} attempt failed: ${kind} on ${route}`));
        }
        errors = monitoring.errors.completed;
      }
      for (const { atUs, text } of linesFrom(monitoring.log, lines)) {
        written.push(line(atUs / 1_000, "INFO", "monitor", text));
      }
      lines = monitoring.log.count;
      for (const decision of state.decisions.slice(decisions)) {
        const source = decision.by === "monitor" ? "monitor" : decision.by === "scenario" ? "scenario" : "deployment";
        const who = decision.by.startsWith("operator:") ? ` [${decision.by}]` : "";
        const text = `${decision.kind}: ${decision.reason}${who}`;
        written.push(line(decision.atMs, levelOf(decision, ready), source, text));
      }
      decisions = state.decisions.length;
      if (written.length > 0) write(written.join(""));
    },
    end: ({ endedAtMs, outcome, ending, monitor }) => {
      for (const text of monitor?.finalReport ?? []) write(line(endedAtMs, "INFO", "monitor", `FINAL ${text}`));
      write(line(endedAtMs, outcome === "rollback-failed" ? "FATAL" : "INFO", "scenario", `${outcome}: ${ending}`));
    },
  };
}

function levelOf(decision: Decision, { plan }: ReadyPlan): Level {
  switch (decision.kind) {
    case "rollback":
      return "ERROR";
    case "rollback-failed":
      return "FATAL";
    case "health":
      return decision.reason.includes("again") ? "INFO" : "FATAL";
    case "alert": {
      const notice = alertNoticeOf(decision, plan.policy);
      if (notice === null || notice.change === "resolved" || notice.severity === "info") return "INFO";
      return notice.severity === "critical" ? "ERROR" : "WARN";
    }
    case "fault":
    case "hold":
    case "pause":
    case "investigate":
    case "notify":
    case "refused":
    case "reject":
      return "WARN";
    case "start":
    case "stage":
    case "advance":
    case "adjust":
    case "aftermath":
    case "approve":
    case "await":
    case "close":
    case "complete":
    case "flags":
    case "override":
    case "resume":
    case "retry":
    case "review":
    case "verified":
      return "INFO";
  }
}

/** `00:12:05.250 ERROR service candidate attempt failed: timeout on GET /b`. */
function line(atMs: number, level: Level, source: string, text: string): string {
  return `${clock(atMs)} ${level.padEnd(5)} ${source} ${stripControls(text).replaceAll(/\s+/g, " ")}\n`;
}

function clock(atMs: number): string {
  const ms = Math.floor(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1_000) % 60;
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(ms % 1_000).padStart(3, "0")}`;
}
