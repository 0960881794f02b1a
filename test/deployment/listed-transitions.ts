/**
 * The deployment manager's transitions, written out by hand from its documents, and compared with nothing of the engine
 * but its types: what the engine's own list says otherwise is a fault of one of the two.
 */
import type { ManagerStatus, Movement } from "../../src/engine/deployment/manager-state.ts";

/** From each status: where every possible movement leads. */
const LISTED: Readonly<Record<ManagerStatus, Partial<Record<Movement, ManagerStatus>>>> = {
  idle: { start: "running", "request-approval": "awaiting-approval" },
  running: {
    pause: "paused",
    advance: "running",
    "go-back": "running",
    adjust: "running",
    review: "running",
    "close-investigation": "running",
    "request-approval": "awaiting-approval",
    "roll-back": "rolling-back",
    complete: "completed",
  },
  paused: {
    resume: "running",
    advance: "paused",
    "go-back": "paused",
    adjust: "paused",
    review: "paused",
    "close-investigation": "paused",
    "roll-back": "rolling-back",
  },
  "awaiting-approval": {
    approve: "awaiting-approval",
    "sign-off": "running",
    reject: "paused",
    pause: "paused",
    advance: "running",
    "go-back": "running",
    adjust: "awaiting-approval",
    review: "awaiting-approval",
    "close-investigation": "awaiting-approval",
    "roll-back": "rolling-back",
  },
  "rolling-back": { verify: "rolled-back", fail: "failed" },
  failed: { retry: "rolling-back" },
  completed: { undo: "rolling-back" },
  "rolled-back": {},
};

/** All statuses. */
export const STATUSES = Object.keys(LISTED) as ManagerStatus[];

/** Where a movement leads; undefined where it is not possible. */
export function listedStatus(from: ManagerStatus, movement: Movement): ManagerStatus | undefined {
  return LISTED[from][movement];
}

/** Every listed transition, as `FROM MOVEMENT TO`. */
export function listedTransitions(): string[] {
  return STATUSES.flatMap((from) => Object.entries(LISTED[from]).map(([movement, to]) => `${from} ${movement} ${to}`));
}

/** Whether any movement leads from one status to another. */
export function isListedMove(from: ManagerStatus, to: ManagerStatus): boolean {
  return Object.values(LISTED[from]).includes(to);
}
