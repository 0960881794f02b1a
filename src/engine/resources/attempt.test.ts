import { describe, expect, it } from "vitest";
import { resourceFault, resourcesWith } from "../../../test/plans/resources.ts";
import {
  ASKED,
  HITS,
  LONGEST_WAIT_US,
  NO_INSTANCE,
  QUEUE_FULL,
  TAKEN,
  TURNED_AWAY,
  WAITED_US,
  attempt,
  createVersionState,
  readyVersion,
} from "./attempt.ts";
import { createInstanceHealth, pollInstance } from "./balancer.ts";
import type { ResourceFault, VersionResources } from "./resource-plan.ts";

/** A version of two workers in all, and how an attempt at it goes. */
function served(change: Partial<VersionResources>, entries: number, faults: readonly ResourceFault[] = []) {
  const { candidate } = resourcesWith({ candidate: change });
  const version = readyVersion("candidate", candidate, 1, entries, faults, "seed");
  const state = createVersionState(version, 100);
  const health = createInstanceHealth(candidate.instances);
  const active = new Uint8Array(faults.length).fill(1);
  const terms = { us: 100, code: 0, item: 0, draw: 0, drawEpoch: 0, doneUs: 0 };
  const at = (atUs: number, item = 0): number | string => {
    terms.item = item;
    terms.draw++;
    const code = attempt(version, state, health, active, atUs, terms);
    return code === TURNED_AWAY ? "turned away" : code === 0 ? terms.doneUs : `failed at ${terms.doneUs}`;
  };
  return { at, health, counts: state.counts };
}

describe("an attempt", () => {
  it("goes to the instances in turn, waits there, and is turned away where the queue is full", () => {
    const { at, counts } = served({ instances: 2, queue: 1 }, 0);
    expect([at(0), at(10), at(20), at(30), at(40), at(110)]).toEqual([100, 110, 200, 210, "turned away", 310]);
    expect([counts[TAKEN], counts[QUEUE_FULL], counts[NO_INSTANCE]]).toEqual([5, 1, 0]);
    expect([counts[WAITED_US], counts[LONGEST_WAIT_US]]).toEqual([80 + 80 + 100, 100]);
  });

  it("is turned away where no instance is in", () => {
    const { at, health, counts } = served({ instances: 2 }, 0);
    pollInstance(health, 0, true, 1);
    expect([at(0), at(0)]).toEqual([100, 200]);
    pollInstance(health, 1, true, 1);
    expect(at(0)).toBe("turned away");
    expect(counts[NO_INSTANCE]).toBe(1);
  });

  it("is shorter where the cache has its item; who is turned away does not ask", () => {
    const cache = { entries: 1, entryBytes: 0, hit: { kind: "relative", factor: 0.1, addUs: 2 } } as const;
    const { at, counts } = served({ queue: 0, cache }, 1);
    expect([at(0, 5), at(50, 7), at(100, 5), at(200, 7), at(300, 5)]).toEqual([100, "turned away", 112, 300, 400]);
    expect([counts[ASKED], counts[HITS]]).toEqual([4, 1]);
    const constant = { ...cache, hit: { kind: "constant", us: 3 } } as const;
    const other = served({ cache: constant }, 1);
    expect([other.at(0, 5), other.at(1_000, 5)]).toEqual([100, 1_003]);
  });

  it("meets the faults of its instance only", () => {
    const { at } = served({ instances: 2 }, 0, [
      resourceFault({ instance: 1, latencyFactor: 2, latencyAddUs: 5, errorPpm: 1_000_000 }),
      resourceFault({ version: "baseline", latencyFactor: 9 }),
    ]);
    expect([at(0), at(0)]).toEqual([100, "failed at 205"]);
  });
});
