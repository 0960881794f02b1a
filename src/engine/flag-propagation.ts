/**
 * From the store of the flags to the routers: when each learns of a change, what it then decides by, the kill switch,
 * and the times for which the store cannot be read. The store itself always takes what is written to it.
 */
import { invariant } from "./kernel/assert.ts";
import { schedule } from "./kernel/event-queue.ts";
import { candidateWeightPpm } from "./flags/feature-flags.ts";
import { record } from "./kernel/journal.ts";
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import { learnsAtUs, pushedAtUs } from "./routing/propagation.ts";
import { candidateMayBeUsed, viewOfFlags } from "./routing/router.ts";
import { createRoutersState, nobodyIsSent, setRouterShare, type RoutersState } from "./routing/routers.ts";
import { beginSplit } from "./monitor/sample-ratio.ts";
import type { Decision } from "./result.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The routers before the first request: they know the flags that stand at the start. Undefined: one plain router. */
export function startRouters(ready: ReadyPlan): RoutersState | undefined {
  const { routing, plan } = ready;
  if (routing === null) return undefined;
  const { plane } = routing;
  const state = createRoutersState(plane, plan.world.keyHashes.length);
  const flags = effectiveFlags(ready, plan.flags);
  state.killed.fill(flags.killSwitch === true ? 1 : 0);
  for (let router = 0; router < plane.routers; router++) {
    setRouterShare(plane, state, router, candidateWeightPpm(flags), candidateMayBeUsed(flags));
  }
  return state;
}

/** Schedules what is known in advance: throws of the kill switch, and when the store cannot be read. */
export function scheduleRouting(ready: ReadyPlan, state: StackState): void {
  if (ready.routing === null) return;
  const { killSwitch, outages } = ready.routing.plan;
  const { queue } = state.kernel;
  killSwitch.forEach(({ atUs }, i) =>
    schedule(queue, atUs, CONTROL_EVENT.operatorCommanded, CONTROL_EVENT.killSwitchThrown, i, 0),
  );
  outages.forEach(({ atUs, untilUs }, i) => {
    if (untilUs <= atUs) return;
    schedule(queue, atUs, CONTROL_EVENT.faultStarted, CONTROL_EVENT.storeCutOff, i, 0);
    schedule(queue, untilUs, CONTROL_EVENT.faultEnded, CONTROL_EVENT.storeBack, i, 0);
  });
}

/** Schedules for every router the instant at which it acts on a change that has just been stored. */
export function announceChange(ready: ReadyPlan, state: StackState, change: number): void {
  const { kernel } = state;
  const { routing, plan } = ready;
  if (routing === null) {
    return scheduleControl(kernel, kernel.nowUs + plan.propagationUs, CONTROL_EVENT.routerUpdated, change);
  }
  const { routers, outages } = routing.plan;
  for (let router = 0; router < routing.plane.routers; router++) {
    const atUs = learnsAtUs(routers, routing.firstPollsUs[router] as number, outages, router, kernel.nowUs);
    if (atUs === Infinity) continue;
    schedule(kernel.queue, atUs, CONTROL_EVENT.routerUpdated, CONTROL_EVENT.routerUpdated, change, router);
  }
  state.routers?.changedAtUs.push(kernel.nowUs);
}

/** A router acts on one change of the flags from now on; later ones are still on their way to it. */
export function learnChange(ready: ReadyPlan, state: StackState, change: number, router: number): void {
  const flags = state.flagsHistory[change];
  invariant(flags !== undefined, "a router sees flags that were never set");
  const { routers } = state;
  const { nowUs } = state.kernel;
  if (routers === undefined) {
    state.router = viewOfFlags(effectiveFlags(ready, flags));
  } else {
    routers.known[router] = change;
    const changedAtUs = routers.changedAtUs[change - 1] ?? nowUs;
    routers.slowestUs = Math.max(routers.slowestUs, nowUs - changedAtUs);
    refreshRouter(ready, state, routers, router);
  }
  noteReverted(state, change);
  // Who is split how is only known once all routers know the same.
  if (state.split !== undefined && allKnow(state)) beginSplit(state.split);
  const { sharePpm, fallsBack } = viewOfFlags(effectiveFlags(ready, flags));
  record(state.journal, nowUs, "router.updated", { sharePpm, fallsBack, ...(routers === undefined ? {} : { router }) });
}

/** Somebody throws the kill switch or takes it back: it is pushed to every router. Gives the entry of the audit trail. */
export function throwKillSwitch(ready: ReadyPlan, state: StackState, index: number): RoutingDecision {
  const change = ready.routing?.plan.killSwitch[index];
  invariant(ready.routing !== null && change !== undefined, "a kill switch that is not in the plan");
  const { on, by, reason } = change;
  const { outages, killDelayUs } = ready.routing.plan;
  const { kernel } = state;
  state.flags = { ...state.flags, killSwitch: on };
  const isPinned = ready.plan.pinnedFlags.killSwitch !== undefined;
  for (let router = 0; !isPinned && router < ready.routing.plane.routers; router++) {
    const atUs = pushedAtUs(outages, router, kernel.nowUs, killDelayUs);
    if (atUs === Infinity) continue;
    schedule(kernel.queue, atUs, CONTROL_EVENT.routerUpdated, CONTROL_EVENT.killSwitchSeen, on ? 1 : 0, router);
  }
  const note = isPinned ? " (pinned by an operator, no effect: killSwitch)" : "";
  return { kind: "flags", by: `operator:${by}`, reason: `KillSwitch ${on}: ${reason || "no reason given"}${note}` };
}

/** A router sees the kill switch. */
export function seeKillSwitch(ready: ReadyPlan, state: StackState, isOn: boolean, router: number): void {
  const { routers } = state;
  invariant(routers !== undefined, "the kill switch reaches a router that is not there");
  routers.killed[router] = isOn ? 1 : 0;
  refreshRouter(ready, state, routers, router);
  noteReverted(state, routers.known[router] as number);
  record(state.journal, state.kernel.nowUs, "router.killed", { router, isOn });
}

/** The store cannot be read any more, or can again: the entry of the audit trail. */
export function describeOutage(ready: ReadyPlan, index: number, isCutOff: boolean): RoutingDecision {
  const outage = ready.routing?.plan.outages[index];
  invariant(outage !== undefined, "an outage that is not in the plan");
  const who = outage.routers === null ? "" : ` for router ${outage.routers.map((router) => router + 1).join(", ")}`;
  return { kind: "fault", by: "scenario", reason: `flag store unreachable${who} ${isCutOff ? "begins" : "ends"}` };
}

/** What is to be entered in the audit trail. */
export interface RoutingDecision {
  readonly kind: Extract<Decision["kind"], "flags" | "fault">;
  readonly by: string;
  readonly reason: string;
}

function refreshRouter(ready: ReadyPlan, state: StackState, routers: RoutersState, router: number): void {
  const { routing } = ready;
  const stored = state.flagsHistory[routers.known[router] as number];
  invariant(routing !== null && stored !== undefined, "a router knows flags that were never set");
  const flags = { ...effectiveFlags(ready, stored), killSwitch: routers.killed[router] === 1 };
  if (router === 0) state.router = viewOfFlags(flags);
  setRouterShare(routing.plane, routers, router, candidateWeightPpm(flags), candidateMayBeUsed(flags));
}

/**
 * Whether the rollback has reached the last router: all act on the newest flags, and none sends anybody to the
 * candidate. A kill switch that is taken back over pinned flags can undo that.
 */
function noteReverted(state: StackState, change: number): void {
  const { rollback } = state.manager;
  if (rollback === null || rollback.verifiedAtUs >= 0) return;
  const newest = state.flagsHistory.length - 1;
  const { routers } = state;
  const isReverted =
    routers === undefined ? change === newest && state.router.threshold === 0 : allKnow(state) && nobodyIsSent(routers);
  if (!isReverted && routers !== undefined) rollback.revertedAtUs = -1;
  if (isReverted && rollback.revertedAtUs < 0) rollback.revertedAtUs = state.kernel.nowUs;
}

/** Whether every router acts on the newest flags. */
function allKnow({ routers, flagsHistory }: StackState): boolean {
  return routers === undefined || routers.known.every((known) => known === flagsHistory.length - 1);
}
