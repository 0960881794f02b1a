/**
 * Figures of a run's record that expectations speak of, by path: `outcome`, `rollback.detectionDelay`,
 * `phases.CANARY.candidate.errorRate`, `impact.harmedShare`, `decisions.hold`. Fields that end in `Ms` are addressed
 * with or without the ending.
 */
import { DECISION_KINDS, EVENT_KINDS } from "../engine/result.ts";
import type {
  Decision,
  Impact,
  Outcome,
  PhaseRecord,
  PhaseVerdict,
  RollbackRecord,
  RunRecord,
  VersionFigures,
} from "../engine/result.ts";
import { ALERT, noticesOf } from "./alert-figure.ts";
import { RESOURCES, VERSION_RESOURCES } from "./resource-figure.ts";
import { ROUTING } from "./routing-figure.ts";
import { complain, parsed, refused, type Parsed } from "./complaint.ts";
import { monitorFigure } from "./monitor-figure.ts";
import { ownFigure } from "./own-metric-figure.ts";
import { PARITY, PIPELINE, STAGE, stageAttempts } from "./pipeline-figure.ts";
import { nearestWord } from "./nearest-word.ts";
import { attemptsOf, PROMISES, STEP } from "./rollback-figure.ts";

/**
 * What kind of value a figure has: one of some words, free text, a time in milliseconds, a whole number, a fraction of
 * one, a percentage, a number of a metric of the scenario's own, or nothing but being there.
 */
export type FigureKind = "word" | "text" | "duration" | "count" | "share" | "percent" | "number" | "presence";

/** A figure and how it is read from a record; null: absent. */
export interface Figure {
  readonly kind: FigureKind;
  /** For `word`: the words that can stand there. */
  readonly words: readonly string[];
  readonly read: (record: RunRecord) => string | number | null;
}

/** A figure below a part of the record, and how it is read from that part. */
export interface PartFigure<Part> {
  readonly kind: FigureKind;
  readonly words?: readonly string[];
  readonly read: (part: Part) => string | number | null;
}
/** Figures below a part, by name. */
export type PartFigures<Part> = Readonly<Record<string, PartFigure<Part>>>;

const OUTCOMES = Object.keys({
  completed: true,
  "rolled-back": true,
  "rollback-failed": true,
  stalled: true,
  paused: true,
  "awaiting-approval": true,
} satisfies Record<Outcome, true>);

const VERDICTS = Object.keys({
  advanced: true,
  "rolled-back": true,
  held: true,
  overridden: true,
} satisfies Record<PhaseVerdict, true>);

/** Kinds of the entries of the audit trail, as words. */
export const TRAIL_KINDS: readonly string[] = [...DECISION_KINDS, ...EVENT_KINDS];

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function span(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : toMs - fromMs;
}

const ROOT: PartFigures<RunRecord> = {
  outcome: { kind: "word", words: OUTCOMES, read: (run) => run.outcome },
  endedAt: { kind: "duration", read: (run) => run.endedAtMs },
  ending: { kind: "text", read: (run) => run.ending },
  phase: { kind: "text", read: (run) => run.phases.at(-1)?.name ?? null },
  rollback: { kind: "presence", read: (run) => (run.rollback === null ? null : "there") },
  inFlight: { kind: "count", read: (run) => run.inFlight },
  scenario: { kind: "text", read: (run) => run.scenario },
  policy: { kind: "text", read: (run) => run.policy },
  seed: { kind: "text", read: (run) => run.seed },
  digest: { kind: "text", read: (run) => run.digest },
};

const ROLLBACK: PartFigures<RollbackRecord> = {
  trigger: { kind: "text", read: (rollback) => rollback.trigger },
  onsetAt: { kind: "duration", read: (rollback) => rollback.onsetAtMs },
  detectedAt: { kind: "duration", read: (rollback) => rollback.detectedAtMs },
  revertedAt: { kind: "duration", read: (rollback) => rollback.revertedAtMs },
  verifiedAt: { kind: "duration", read: (rollback) => rollback.verifiedAtMs },
  detectionDelay: { kind: "duration", read: (rollback) => span(rollback.onsetAtMs, rollback.detectedAtMs) },
  revertDelay: { kind: "duration", read: (rollback) => span(rollback.detectedAtMs, rollback.revertedAtMs) },
  duration: { kind: "duration", read: (rollback) => span(rollback.detectedAtMs, rollback.verifiedAtMs) },
  ...PROMISES,
};

const IMPACT: PartFigures<Impact> = {
  requests: { kind: "count", read: (impact) => impact.requests },
  candidateRequests: { kind: "count", read: (impact) => impact.candidateRequests },
  failedRequests: { kind: "count", read: (impact) => impact.failedRequests },
  harmedRequests: { kind: "count", read: (impact) => impact.harmedRequests },
  slowedRequests: { kind: "count", read: (impact) => impact.slowedRequests },
  savedByFallback: { kind: "count", read: (impact) => impact.savedByFallback },
  usersExposed: { kind: "count", read: (impact) => impact.usersExposed },
  candidateShare: { kind: "share", read: (impact) => share(impact.candidateRequests, impact.requests) },
  failedShare: { kind: "share", read: (impact) => share(impact.failedRequests, impact.requests) },
  harmedShare: { kind: "share", read: (impact) => share(impact.harmedRequests, impact.requests) },
  slowedShare: { kind: "share", read: (impact) => share(impact.slowedRequests, impact.requests) },
};

const PHASE: PartFigures<PhaseRecord> = {
  verdict: { kind: "word", words: VERDICTS, read: (phase) => phase.verdict },
  trafficPercent: { kind: "percent", read: (phase) => phase.trafficPercent },
  enteredAt: { kind: "duration", read: (phase) => phase.enteredAtMs },
  leftAt: { kind: "duration", read: (phase) => phase.leftAtMs },
  duration: { kind: "duration", read: (phase) => phase.leftAtMs - phase.enteredAtMs },
};

const VERSION: PartFigures<VersionFigures> = {
  requests: { kind: "count", read: (version) => version.requests },
  attempts: { kind: "count", read: (version) => version.attempts },
  errors: { kind: "count", read: (version) => version.errors },
  fallbacks: { kind: "count", read: (version) => version.fallbacks },
  errorRate: { kind: "share", read: (version) => share(version.errors, version.attempts) },
  fallbackRate: { kind: "share", read: (version) => share(version.fallbacks, version.requests) },
  p50: { kind: "duration", read: (version) => version.p50Ms },
  p95: { kind: "duration", read: (version) => version.p95Ms },
  p99: { kind: "duration", read: (version) => version.p99Ms },
  p999: { kind: "duration", read: (version) => version.p999Ms },
  mean: { kind: "duration", read: (version) => version.meanMs },
};

/** Of the decisions of one kind; the record's own count stands at the kind itself. */
const DECISION: PartFigures<readonly Decision[]> = {
  firstAt: { kind: "duration", read: (decisions) => decisions[0]?.atMs ?? null },
  lastAt: { kind: "duration", read: (decisions) => decisions.at(-1)?.atMs ?? null },
  reason: { kind: "text", read: (decisions) => decisions.at(-1)?.reason ?? null },
  by: { kind: "text", read: (decisions) => decisions.at(-1)?.by ?? null },
  phase: { kind: "text", read: (decisions) => decisions.at(-1)?.phase ?? null },
};

/** The figure at a path, or what is wrong with the path. Names of phases are not known here, see `phaseOfPath`. */
export function findFigure(path: string): Parsed<Figure> {
  const [head = "", ...rest] = path.split(".");
  const [second = "", third, fourth] = rest;
  switch (head) {
    case "phases":
      return phaseFigure(path, rest);
    case "rollback":
      if (second === "steps") return stepFigure(path, rest.slice(1));
      if (rest.length > 0) return figureAt(ROLLBACK, rest, path, "rollback.", (run) => run.rollback);
      break;
    case "parity":
      return figureAt(PARITY, rest, path, "parity.", (run) => run.parity ?? null);
    case "pipeline":
      if (second === "stages") return pipelineStageFigure(path, rest.slice(1));
      return figureAt(PIPELINE, rest, path, "pipeline.", (run) => run.pipeline ?? null);
    case "routing":
      return figureAt(ROUTING, rest, path, "routing.", (run) => run.routing ?? null);
    case "resources":
      if (second === "baseline" || second === "candidate") {
        return figureAt(
          VERSION_RESOURCES,
          rest.slice(1),
          path,
          `resources.${second}.`,
          (run) => run.resources?.[second] ?? null,
        );
      }
      return figureAt(RESOURCES, rest, path, "resources.", (run) => run.resources ?? null);
    case "alerts":
      return figureAt(ALERT, rest.slice(1), path, `alerts.${second || "NAME"}.`, (run) => noticesOf(run, second));
    case "errors":
    case "monitor":
      return monitorFigure(path);
    case "impact":
      return figureAt(IMPACT, rest, path, "impact.", (run) => run.impact);
    case "decisions": {
      if (!TRAIL_KINDS.includes(second))
        return unknownPath(
          path,
          TRAIL_KINDS.map((kind) => `decisions.${kind}`),
        );
      const ofKind = (run: RunRecord): Decision[] => run.decisions.filter(({ kind }) => kind === second);
      if (third === undefined) return parsed({ kind: "count", words: [], read: (run) => ofKind(run).length });
      return figureAt(DECISION, fourth === undefined ? [third] : rest.slice(1), path, `decisions.${second}.`, ofKind);
    }
  }
  const known = [...Object.keys(ROOT), "phases.NAME.verdict", "impact.harmedRequests", "decisions.KIND"];
  return figureAt(ROOT, [head, ...rest], path, "", (run) => run, known);
}

/** The name of the phase that a path speaks of; null when it speaks of none. */
export function phaseOfPath(path: string): string | null {
  const [head, name] = path.split(".");
  return head === "phases" && name !== undefined ? name : null;
}

function phaseFigure(path: string, rest: readonly string[]): Parsed<Figure> {
  const [name, field, ...below] = rest;
  if (name === undefined || name === "")
    return refused(complain("a phase is missing", { found: path, allowed: "phases.CANARY.verdict" }));
  const last = (run: RunRecord): PhaseRecord | null => run.phases.findLast((phase) => phase.name === name) ?? null;
  if (field === undefined)
    return parsed({ kind: "presence", words: [], read: (run) => (last(run) === null ? null : "there") });
  if (field === "baseline" || field === "candidate") {
    const own = ownFigure(below, (run) => last(run)?.[field] ?? null);
    if (own !== null) return parsed(own);
    return figureAt(VERSION, below, path, `phases.${name}.${field}.`, (run) => last(run)?.[field] ?? null);
  }
  const known = [...Object.keys(PHASE), "baseline.errorRate", "candidate.errorRate"].map(
    (one) => `phases.${name}.${one}`,
  );
  return figureAt(PHASE, [field, ...below], path, `phases.${name}.`, last, known);
}

/** A step is addressed by its name in small letters, anything else in it as `-`: `rollback.steps.revert-flags.duration`. */
function stepFigure(path: string, [name, field, ...below]: readonly string[]): Parsed<Figure> {
  const known = Object.keys(STEP).map((one) => `rollback.steps.${name ?? "NAME"}.${one}`);
  if (name === undefined || field === undefined) return unknownPath(path, known);
  return figureAt(STEP, [field, ...below], path, "", (run) => attemptsOf(run, name), known);
}

/** A stage is addressed as a step of a rollback is: `pipeline.stages.health-checks.result`. */
function pipelineStageFigure(path: string, [name, field, ...below]: readonly string[]): Parsed<Figure> {
  const known = Object.keys(STAGE).map((one) => `pipeline.stages.${name ?? "NAME"}.${one}`);
  if (name === undefined || field === undefined) return unknownPath(path, known);
  return figureAt(STAGE, [field, ...below], path, "", (run) => stageAttempts(run, name), known);
}

function figureAt<Part>(
  figures: PartFigures<Part>,
  steps: readonly string[],
  path: string,
  prefix: string,
  partOf: (record: RunRecord) => Part | null,
  known: readonly string[] = Object.keys(figures).map((name) => `${prefix}${name}`),
): Parsed<Figure> {
  const name = steps.length === 1 ? (steps[0] ?? "") : "";
  const plain = Object.hasOwn(figures, name) ? name : name.replace(/Ms$/, "");
  const figure = Object.hasOwn(figures, plain) ? figures[plain] : undefined;
  if (figure === undefined || (plain !== name && figure.kind !== "duration")) return unknownPath(path, known);
  return parsed({
    kind: figure.kind,
    words: figure.words ?? [],
    read: (record) => {
      const part = partOf(record);
      return part === null ? null : figure.read(part);
    },
  });
}

function unknownPath(path: string, known: readonly string[]): Parsed<Figure> {
  const suggestion = nearestWord(path, known);
  return refused(
    complain("the record of a run has no such figure", { found: path, allowed: known.join(", "), suggestion }),
  );
}
