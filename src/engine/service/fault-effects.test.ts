import { describe, expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import { applyFault, createFaultEffects, declineAll } from "./fault-effects.ts";
import { BATCH_ROWS, DECLINED, SERVED, createBatch, routeRows, type Batch } from "./world.ts";

const calm: Fault = {
  name: "a fault",
  version: "candidate",
  atUs: 0,
  untilUs: 1,
  errorPpm: 0,
  declinePpm: 0,
  latencyFactor: 1,
  latencyAddUs: 0,
  failsHealth: false,
  route: null,
};

function batchOf(): Batch {
  const batch = createBatch();
  batch.count = BATCH_ROWS;
  for (let i = 0; i < batch.count; i++) {
    batch.draw[i] = i;
    batch.route[i] = i % 2;
    batch.baselineUs[i] = 1000 + i;
    batch.candidateUs[i] = 500 + i;
    batch.baselineCode[i] = SERVED;
    batch.candidateCode[i] = SERVED;
  }
  routeRows(batch, (row) => row % 4 < 2);
  return batch;
}

function after(change: Partial<Fault>, batch = batchOf()): Batch {
  for (const effect of createFaultEffects([{ ...calm, ...change }], ["/a", "/b"], "1")) applyFault(effect, batch);
  return batch;
}

describe("faults", () => {
  it("multiply and add to the latency of the version they are on, where it is routed", () => {
    const { candidateUs, baselineUs } = after({ latencyFactor: 3, latencyAddUs: 7 });
    expect([candidateUs[0], candidateUs[1], candidateUs[2]]).toEqual([1507, 1510, 502]);
    expect(baselineUs[0]).toBe(1000);
    const other = after({ version: "baseline", latencyAddUs: 7 });
    expect([other.baselineUs[0], other.baselineUs[2], other.candidateUs[0]]).toEqual([1007, 1009, 500]);
  });

  it("keep latencies within what a column holds", () => {
    expect(after({ latencyFactor: 1e9 }).candidateUs[0]).toBe(2 ** 31 - 1);
    expect(after({ latencyFactor: 0 }).candidateUs[0]).toBe(1);
  });

  it("fail and decline the share that they say (|z| < 4), always the same requests", () => {
    const routed = BATCH_ROWS / 2;
    const failing = after({ errorPpm: 300_000 });
    const count = failing.candidateCode.filter((code) => code === 1).length;
    expect(Math.abs(count - routed * 0.3) / Math.sqrt(routed * 0.21)).toBeLessThan(4);
    expect(after({ errorPpm: 300_000 }).candidateCode).toEqual(failing.candidateCode);
    const declining = after({ declinePpm: 300_000 }).candidateCode;
    const declined = declining.filter((code) => code === DECLINED).length;
    expect(Math.abs(declined - routed * 0.3) / Math.sqrt(routed * 0.21)).toBeLessThan(4);
  });

  it("touch only their route", () => {
    const { candidateCode, route } = after({ errorPpm: 1_000_000, route: "/b" });
    expect(candidateCode.every((code, i) => (code === 1) === (i % 4 < 2 && route[i] === 1))).toBe(true);
  });

  it("leave a failure of another kind as it is, and can decline it", () => {
    const batch = batchOf();
    batch.candidateCode.fill(3);
    expect(new Set(after({ errorPpm: 1_000_000 }, batch).candidateCode)).toEqual(new Set([3]));
    expect(after({ declinePpm: 1_000_000 }, batch).candidateCode[0]).toBe(DECLINED);
  });

  it("have luck of their own, by their place in the list", () => {
    const faults = [
      { ...calm, errorPpm: 500_000 },
      { ...calm, errorPpm: 500_000 },
    ];
    const [first, second] = createFaultEffects(faults, ["/a", "/b"], "1").map((effect) => {
      const batch = batchOf();
      applyFault(effect, batch);
      return [...batch.candidateCode];
    });
    expect(first).not.toEqual(second);
  });

  it("of both versions strike both by one draw, so that no fallback helps", () => {
    const { baselineCode, candidateCode, baselineUs, candidateUs, routed } = after({
      version: "both",
      errorPpm: 300_000,
      latencyAddUs: 5,
    });
    expect(baselineCode.filter((code) => code === 1).length).toBeGreaterThan(BATCH_ROWS / 5);
    for (let i = 0; i < BATCH_ROWS; i++) {
      expect(baselineUs[i]).toBe(1005 + i);
      if (routed[i] !== 1) continue;
      expect(candidateCode[i]).toBe(baselineCode[i]);
      expect(candidateUs[i]).toBe(505 + i);
    }
  });

  it("decline for the candidate alone", () => {
    expect(after({ version: "both", declinePpm: 1_000_000 }).baselineCode.every((code) => code === SERVED)).toBe(true);
  });

  it("touch only users of their segment, and fail with their kind", () => {
    const world = {
      segments: [{ name: "plan", values: ["free", "pro"] }],
      keySegment: Uint8Array.of(0, 1, 0),
      errorKinds: ["error", "redis"],
    };
    const batch = batchOf();
    for (let i = 0; i < batch.count; i++) batch.key[i] = i % 3;
    const fault: Fault = { ...calm, version: "both", errorPpm: 1_000_000, where: { plan: "pro" }, errorKind: "redis" };
    for (const effect of createFaultEffects([fault], ["/a", "/b"], "1", world)) applyFault(effect, batch);
    for (let i = 0; i < batch.count; i++) expect(batch.baselineCode[i]).toBe(i % 3 === 1 ? 2 : SERVED);
    const unknown = () => createFaultEffects([{ ...fault, errorKind: "disk" }], ["/a"], "1", world);
    expect(unknown).toThrow("no kind of failure disk");
  });

  it("are as strong as their shape says at the arrival of each request", () => {
    const batch = batchOf();
    for (let i = 0; i < batch.count; i++) batch.atUs[i] = 1_000 + i;
    const ramp: Partial<Fault> = { atUs: 1_000, untilUs: 9_000, shape: { kind: "ramp", riseUs: 500 } };
    const { baselineUs } = after({ ...ramp, version: "baseline", latencyFactor: 3, latencyAddUs: 100 }, batch);
    expect([baselineUs[0], baselineUs[250], baselineUs[500], baselineUs[700]]).toEqual([
      1_000,
      2 * 1_250 + 50,
      3 * 1_500 + 100,
      3 * 1_700 + 100,
    ]);
    const flapping = batchOf();
    for (let i = 0; i < flapping.count; i++) flapping.atUs[i] = i;
    after({ version: "both", errorPpm: 1_000_000, shape: { kind: "flapping", onUs: 3, offUs: 4 } }, flapping);
    for (let i = 0; i < flapping.count; i++) expect(flapping.baselineCode[i]).toBe(i % 7 < 3 ? 1 : SERVED);
  });

  it("fail more requests the stronger they are, and always those that they failed when weaker", () => {
    const failedAt = (sinceUs: number): number[] => {
      const batch = batchOf();
      batch.atUs.fill(sinceUs);
      after({ version: "baseline", errorPpm: 800_000, shape: { kind: "ramp", riseUs: 100 } }, batch);
      return [...batch.baselineCode.keys()].filter((i) => batch.baselineCode[i] === 1);
    };
    const [none, some, more] = [failedAt(0), failedAt(25), failedAt(75)];
    expect(none).toEqual([]);
    expect(Math.abs(some.length - 0.2 * BATCH_ROWS) / Math.sqrt(0.16 * BATCH_ROWS)).toBeLessThan(4);
    expect(Math.abs(more.length - 0.6 * BATCH_ROWS) / Math.sqrt(0.24 * BATCH_ROWS)).toBeLessThan(4);
    expect(more).toEqual(expect.arrayContaining(some));
  });

  it("an unhealthy candidate declines all that is routed to it", () => {
    const batch = batchOf();
    declineAll(batch);
    for (let i = 0; i < batch.count; i++) expect(batch.candidateCode[i] === DECLINED).toBe(batch.routed[i] === 1);
  });
});
