/**
 * Callbacks at the edge: the state says what happened, and whoever runs it delivers that, once and in order. What a
 * callback does cannot change the run.
 */
import { linesFrom } from "./monitor/monitor-log.ts";
import { alertNoticeOf, type AlertNotice } from "./monitoring-alerts.ts";
import type { Decision } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What a user of the library may ask to be told. */
export interface Observers {
  /** An alert is raised or resolved. */
  readonly onAlert?: (notice: AlertNotice) => void;
  /** An entry of the audit trail. */
  readonly onDecision?: (decision: Decision) => void;
  /** A line that the monitor writes: summaries and stage reports, where the policy asks for them. */
  readonly onLogLine?: (line: string, atMs: number) => void;
}

/** Delivers to observers; to be called after every step with the state of the same run. */
export interface Delivery {
  readonly deliver: (state: StackState) => void;
}

/** A delivery that has delivered nothing. */
export function createDelivery({ plan }: ReadyPlan, observers: Observers): Delivery {
  const { onAlert, onDecision, onLogLine } = observers;
  let decisions = 0;
  let lines = 0;
  return {
    deliver: (state) => {
      for (; decisions < state.decisions.length; decisions++) {
        const decision = state.decisions[decisions] as Decision;
        onDecision?.(decision);
        const notice = onAlert === undefined ? null : alertNoticeOf(decision, plan.policy);
        if (notice !== null) onAlert?.(notice);
      }
      const { log } = state.monitoring;
      if (log.count === lines) return;
      if (onLogLine !== undefined) for (const { atUs, text } of linesFrom(log, lines)) onLogLine(text, atUs / 1_000);
      lines = log.count;
    },
  };
}
