import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestHex } from "../../src/engine/kernel/digest.ts";
import { run, step, stepUntil } from "../../src/engine/kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "../../src/engine/kernel/snapshot.ts";
import { exponentialUs, grainsUs } from "./draws.ts";
import { openStation, stationComplaint, stationModel } from "./station.ts";
import type { Station, StationState } from "./station.ts";

interface StationCase {
  readonly seed: number;
  readonly servers: number;
  readonly room: number;
  readonly isGrainy: boolean;
}

const stationCase: fc.Arbitrary<StationCase> = fc.record({
  seed: fc.nat(),
  servers: fc.integer({ min: 1, max: 4 }),
  room: fc.constantFrom(0, 3, Infinity),
  isGrainy: fc.boolean(),
});

function stationOf({ seed, servers, room, isGrainy }: StationCase): Station {
  const name = `stepping ${seed}`;
  return {
    servers,
    room,
    customers: 200,
    countFrom: 0,
    gapUs: isGrainy ? grainsUs(name, "gaps", 1_000, 4) : exponentialUs(name, "gaps", 2_000),
    serviceUs: isGrainy
      ? grainsUs(name, "services", 1_000, 4 * servers)
      : exponentialUs(name, "services", 2_000 * servers),
  };
}

function runThrough(station: Station): StationState {
  const state = openStation(station);
  run(stationModel(station), state);
  return state;
}

/** Everything about two states is the same, but for `kernel.current` after the end. */
function expectSame(state: StationState, expected: StationState): void {
  expect(digestHex(state.kernel.digest)).toBe(digestHex(expected.kernel.digest));
  expect(encodeState(state)).toBe(encodeState(expected));
}

describe("a run", () => {
  it("comes to the same state stepped, with its promises kept at every step", () => {
    fc.assert(
      fc.property(stationCase, (which) => {
        const station = stationOf(which);
        const model = stationModel(station);
        const state = openStation(station);
        let steps = 0;
        while (step(model, state)) {
          steps += 1;
          expect(stationComplaint(station, state)).toBeNull();
        }
        expect(steps).toBe(state.kernel.eventsHandled);
        expectSame(state, runThrough(station));
      }),
      { numRuns: 50 },
    );
  });

  it("comes to the same state cut anywhere", () => {
    fc.assert(
      fc.property(stationCase, fc.array(fc.nat(50_000), { maxLength: 100 }), (which, cutsUs) => {
        const station = stationOf(which);
        const model = stationModel(station);
        const state = openStation(station);
        for (const cutUs of cutsUs) {
          const untilUs = state.kernel.nowUs + cutUs;
          if (!stepUntil(model, state, untilUs)) break;
          expect(state.kernel.nowUs).toBe(untilUs);
          expect(stationComplaint(station, state)).toBeNull();
        }
        run(model, state);
        expectSame(state, runThrough(station));
      }),
      { numRuns: 100 },
    );
  });

  it("comes to the same state from any snapshot, copied or written as text, as often as one likes", () => {
    const move = fc.record({
      do: fc.constantFrom("step", "save", "write", "restore", "reread"),
      count: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(stationCase, fc.array(move, { maxLength: 30 }), (which, moves) => {
        const station = stationOf(which);
        const model = stationModel(station);
        let state = openStation(station);
        let saved = copyState(state);
        let written = encodeState(state);
        for (const { do: what, count } of moves) {
          switch (what) {
            case "save":
              saved = copyState(state);
              break;
            case "write":
              written = encodeState(state);
              break;
            case "restore":
              state = copyState(saved);
              break;
            case "reread":
              state = decodeState<StationState>(written);
              break;
            case "step":
              for (let at = 0; at < count; at += 1) step(model, state);
          }
        }
        run(model, state);
        expectSame(state, runThrough(station));
        run(model, saved);
        expectSame(saved, runThrough(station));
      }),
      { numRuns: 100 },
    );
  });

  it("has another digest with another seed", () => {
    const base = { servers: 2, room: Infinity, isGrainy: false };
    const digests = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      digests.add(digestHex(runThrough(stationOf({ ...base, seed })).kernel.digest));
    }
    expect(digests.size).toBe(50);
  });
});
