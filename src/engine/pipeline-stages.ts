/**
 * The deployment's stages in virtual time: those before the rollout, the rollout itself, those after it. A stage that
 * fails stops the deployment: before the rollout nothing of the candidate has been served; after it, a stage may ask
 * for the way back.
 */
import { CONTROL_EVENT } from "./control-event.ts";
import type { Effect } from "./deployment/effect.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import { startRollout } from "./deployment/phases.ts";
import { beginRollback } from "./deployment/rollback.ts";
import { schedule } from "./kernel/event-queue.ts";
import { healthAnswer, statusAnswer } from "./health-answers.ts";
import { BASELINE, CANDIDATE } from "./monitor/counters.ts";
import type { PipelineErrand, PipelineStage } from "./pipeline/pipeline-plan.ts";
import { drawStage, type PipelineState } from "./pipeline/pipeline-state.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { DecisionKind } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What the pipeline has others do: entries of the audit trail, and effects of the manager. */
export interface PipelineHands {
  readonly decide: (kind: DecisionKind, by: string, reason: string) => void;
  readonly apply: (effects: readonly Effect[]) => void;
}

/** The rollout is to start: at the first stage of the pipeline, or at once where there is none. */
export function startDeployment(
  ready: ReadyPlan,
  state: StackState,
  hands: PipelineHands,
  by: string,
  reason: string,
): void {
  const { pipeline } = state;
  if (pipeline === undefined) {
    return hands.apply(startRollout(state.manager, ready.plan.policy, state.kernel.nowUs, by, reason));
  }
  pipeline.status = "under way";
  pipeline.by = by;
  pipeline.errand = "";
  hands.decide("stage", by, `the pipeline starts: ${reason}`);
  beginStage(ready, state, pipeline, hands, 0);
}

/**
 * An operator's command that is not the manager's alone: starting a deployment with a pipeline, running a stage of it
 * on its own, asking for health or status, undoing a finished rollout. False: it is the manager's.
 */
export function obeyPipeline(
  ready: ReadyPlan,
  state: StackState,
  hands: PipelineHands,
  { action, by: name, reason: given }: OperatorCommand,
): boolean {
  const by = `operator:${name}`;
  const reason = given === "" ? "no reason given" : given;
  const { pipeline, manager } = state;
  const { kind } = action;
  if (kind === "ask-health") hands.decide("review", by, healthWords(ready, state));
  else if (kind === "ask-status") hands.decide("review", by, statusWords(ready, state));
  else if (kind === "run-tests") runErrand(ready, state, hands, "test", by, reason);
  else if (kind === "run-build") runErrand(ready, state, hands, "build", by, reason);
  else if (kind === "start" && pipeline !== undefined && manager.status === "idle") {
    const stage = ready.plan.pipeline?.stages[pipeline.stage]?.name;
    if (stage === undefined) startDeployment(ready, state, hands, by, reason);
    else hands.decide("refused", by, `start is not possible during the stage ${stage}: ${reason}`);
  } else if (kind === "roll-back" && pipeline !== undefined && manager.status === "completed") {
    // The rollout is complete, but the deployment is not: until its last stage it can be undone.
    endStage(state, pipeline, true);
    pipeline.status = "failed";
    undo(ready, state, hands, by, by, reason);
  } else return false;
  return true;
}

function runErrand(
  ready: ReadyPlan,
  state: StackState,
  hands: PipelineHands,
  does: PipelineErrand,
  by: string,
  reason: string,
): void {
  const { pipeline } = state;
  const stage = ready.plan.pipeline?.stages.findIndex((one) => one.does === does) ?? -1;
  if (pipeline === undefined || stage < 0) {
    return hands.decide("refused", by, `the scenario's pipeline has no stage that does ${does}: ${reason}`);
  }
  if (pipeline.stage >= 0) {
    const underWay = ready.plan.pipeline?.stages[pipeline.stage]?.name ?? "";
    return hands.decide("refused", by, `${does} is not possible during the stage ${underWay}: ${reason}`);
  }
  pipeline.errand = does;
  pipeline.by = by;
  hands.decide("stage", by, `${does} alone: ${reason}`);
  beginStage(ready, state, pipeline, hands, stage);
}

/** The stage under way has reached its end. */
export function endPipelineStage(ready: ReadyPlan, state: StackState, hands: PipelineHands): void {
  const { pipeline, kernel } = state;
  const stage = ready.plan.pipeline?.stages[pipeline?.stage ?? -1];
  // A command may have ended the stage before its time.
  if (pipeline === undefined || stage === undefined || kernel.nowUs !== pipeline.endsAtUs) return;
  const index = pipeline.stage;
  const unhealthy = stage.does === "check-health" ? unhealthyVersions(state) : [];
  const failed = pipeline.failing || unhealthy.length > 0;
  const { attempt } = pipeline;
  endStage(state, pipeline, failed);
  if (!failed) {
    hands.decide("stage", "pipeline", `stage ${stage.name} is done`);
    return goOn(ready, state, pipeline, hands, index);
  }
  const why = unhealthy.length > 0 ? ` (unhealthy: ${unhealthy.join(", ")})` : "";
  const what = `stage ${stage.name} failed, attempt ${attempt}${why}`;
  if (attempt <= stage.retries) {
    hands.decide("stage", "pipeline", `${what}: it is tried again`);
    return beginAttempt(ready, state, pipeline, stage, index, attempt + 1);
  }
  if (pipeline.errand !== "") {
    hands.decide("stage", "pipeline", `${what}: nothing else is touched`);
    pipeline.errand = "";
    return;
  }
  pipeline.status = "failed";
  if (state.manager.status === "completed" && stage.onFailure === "rollback") {
    hands.decide("stage", "pipeline", `${what}: the deployment is rolled back`);
    return undo(ready, state, hands, `pipeline:${stage.name}`, "pipeline", what);
  }
  hands.decide("stage", "pipeline", `${what}: the deployment stops`);
  if (!mayDeployAgain(ready.plan, kernel.nowUs)) state.ending = `the pipeline stopped: ${what}`;
}

/** The phased rollout is complete: the stages after it begin, or the deployment is done. */
export function rolloutCompleted(ready: ReadyPlan, state: StackState, hands: PipelineHands): void {
  const { pipeline } = state;
  if (pipeline === undefined) {
    state.ending = "the rollout is complete";
    return;
  }
  const index = pipeline.stage;
  endStage(state, pipeline, false);
  goOn(ready, state, pipeline, hands, index);
}

/** The rollout is being rolled back: its stage has failed. */
export function rolloutStopped({ pipeline }: StackState, nowUs: number): void {
  if (pipeline === undefined || pipeline.status !== "under way") return;
  pipeline.status = "failed";
  pushAttempt(pipeline, nowUs, true);
}

function goOn(ready: ReadyPlan, state: StackState, pipeline: PipelineState, hands: PipelineHands, index: number): void {
  const stages = ready.plan.pipeline?.stages ?? [];
  if (pipeline.errand !== "") {
    const next = stages.findIndex((stage, i) => i > index && stage.does === pipeline.errand);
    if (next >= 0) return beginStage(ready, state, pipeline, hands, next);
    pipeline.errand = "";
    return;
  }
  if (index + 1 < stages.length) return beginStage(ready, state, pipeline, hands, index + 1);
  pipeline.status = "done";
  hands.decide("stage", "pipeline", "all stages are done");
  state.ending = "the rollout is complete, and all stages of the pipeline are done";
}

function beginStage(
  ready: ReadyPlan,
  state: StackState,
  pipeline: PipelineState,
  hands: PipelineHands,
  index: number,
): void {
  const stage = ready.plan.pipeline?.stages[index];
  if (stage === undefined) return;
  hands.decide("stage", "pipeline", `stage ${stage.name} begins`);
  beginAttempt(ready, state, pipeline, stage, index, 1);
  if (stage.does !== "rollout") return;
  const why = "the pipeline has reached the rollout";
  hands.apply(startRollout(state.manager, ready.plan.policy, state.kernel.nowUs, pipeline.by, why));
}

function beginAttempt(
  { plan }: ReadyPlan,
  { kernel }: StackState,
  pipeline: PipelineState,
  stage: PipelineStage,
  index: number,
  attempt: number,
): void {
  pipeline.stage = index;
  pipeline.attempt = attempt;
  pipeline.startedAtUs = kernel.nowUs;
  pipeline.failing = false;
  pipeline.endsAtUs = -1;
  if (stage.does === "rollout") return;
  const drawn = (pipeline.drawn[index] ?? 0) + 1;
  pipeline.drawn[index] = drawn;
  const { takesUs, fails } = drawStage(stage, plan.seed, drawn);
  pipeline.failing = fails;
  pipeline.endsAtUs = kernel.nowUs + takesUs;
  const { rolloutStarted, pipelineStageEnded } = CONTROL_EVENT;
  schedule(kernel.queue, pipeline.endsAtUs, rolloutStarted, pipelineStageEnded, 0, 0);
}

function endStage({ kernel }: StackState, pipeline: PipelineState, failed: boolean): void {
  pushAttempt(pipeline, kernel.nowUs, failed);
}

function pushAttempt(pipeline: PipelineState, nowUs: number, failed: boolean): void {
  const { stage, attempt, startedAtUs } = pipeline;
  if (stage < 0) return;
  pipeline.ended.push({ stage, attempt, startedAtUs, endedAtUs: nowUs, failed });
  pipeline.stage = -1;
  pipeline.endsAtUs = -1;
}

/** A finished rollout is rolled back. */
function undo(
  { plan }: ReadyPlan,
  { manager, kernel }: StackState,
  hands: PipelineHands,
  cause: string,
  by: string,
  reason: string,
): void {
  hands.apply(beginRollback(manager, plan.policy, kernel.nowUs, cause, by, reason, null, [], "undo"));
}

/** Versions that are unhealthy by their polls: the baseline always serves, the candidate once it has traffic. */
function unhealthyVersions({ health, router }: StackState): string[] {
  const sick: string[] = [];
  if (!health[BASELINE].ok) sick.push("baseline");
  if (router.sharePpm > 0 && !health[CANDIDATE].ok) sick.push("candidate");
  return sick;
}

function healthWords(ready: ReadyPlan, state: StackState): string {
  const { status, checks } = healthAnswer(ready, state);
  return `health: ${status}${checks.map(({ name, status: ofPart }) => `, ${name} ${ofPart}`).join("")}`;
}

function statusWords(ready: ReadyPlan, state: StackState): string {
  const { deployment, status } = statusAnswer(ready, state);
  const stage = ready.plan.pipeline?.stages[state.pipeline?.stage ?? -1]?.name;
  const where = stage === undefined ? "" : `, stage ${stage}`;
  const { phase, trafficPercent } = deployment;
  return `status: ${deployment.status} in ${phase}, ${trafficPercent} % of the traffic${where}, system ${status}`;
}

/** Whether anybody may still deploy again after a stage failed. */
function mayDeployAgain(plan: RehearsalPlan, nowUs: number): boolean {
  const isLater = plan.operator.some(({ action, atUs }) => action.kind === "start" && atUs >= nowUs);
  return isLater || (plan.reactions ?? []).some(({ action, on }) => action.kind === "start" && on === "stage");
}
