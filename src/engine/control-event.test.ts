import { describe, expect, it } from "vitest";
import { CONTROL_EVENT, scheduleControl, type ControlEventKind } from "./control-event.ts";
import { take, type KernelEvent } from "./kernel/event-queue.ts";
import { createKernel } from "./kernel/simulation.ts";

describe("control events", () => {
  it("of one instant come in the documented order, however they were scheduled", () => {
    const documented: readonly (keyof typeof CONTROL_EVENT)[] = [
      "faultEnded",
      "faultStarted",
      "routerUpdated",
      "windowClosed",
      "healthPolled",
      "alertsConsidered",
      "triggersConsidered",
      "gatesConsidered",
      "rolloutStarted",
      "operatorCommanded",
      "rollbackStepEnded",
      "rollbackVerified",
      "traceEnded",
      "horizonReached",
      "aftermathReached",
      "afterRollbackEnded",
      // Scheduled at the priority of what they stand among, not of their own number.
      "killSwitchThrown",
      "killSwitchSeen",
      "storeCutOff",
      "storeBack",
      "pipelineStageEnded",
    ];
    expect(Object.keys(CONTROL_EVENT).toSorted()).toEqual(documented.toSorted());
    const kernel = createKernel();
    const kinds = Object.values(CONTROL_EVENT).toReversed();
    for (const kind of kinds) scheduleControl(kernel, 5, kind);
    expect(takeAll(kernel).map((event) => event.kind)).toEqual(documented.map((name) => CONTROL_EVENT[name]));
  });

  it("of one kind keep the order in which they were scheduled, and their operand", () => {
    const kernel = createKernel();
    const scheduled: readonly (readonly [number, ControlEventKind, number])[] = [
      [9, CONTROL_EVENT.faultEnded, 0],
      [5, CONTROL_EVENT.operatorCommanded, 2],
      [5, CONTROL_EVENT.operatorCommanded, 0],
      [5, CONTROL_EVENT.operatorCommanded, 1],
    ];
    for (const [atUs, kind, a] of scheduled) scheduleControl(kernel, atUs, kind, a);
    expect(takeAll(kernel).map((event) => [event.atUs, event.a])).toEqual([
      [5, 2],
      [5, 0],
      [5, 1],
      [9, 0],
    ]);
  });
});

function takeAll(kernel: ReturnType<typeof createKernel>): KernelEvent[] {
  const events: KernelEvent[] = [];
  const out = { ...kernel.current };
  while (take(kernel.queue, out)) events.push({ ...out });
  return events;
}
