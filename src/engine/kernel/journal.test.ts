import { describe, expect, it } from "vitest";
import { createDigest, digestNumber } from "./digest.ts";
import { closeWindow, createJournal, firstDivergence, record } from "./journal.ts";
import type { JournalState } from "./journal.ts";
import { copyState } from "./snapshot.ts";

/** A run of `windows` windows with an entry in each; the value seen in window `changedWindow` is another one. */
function journalOf(windows: number, changedWindow: number = -1): JournalState {
  const journal = createJournal();
  const digest = createDigest();
  for (let window = 0; window < windows; window += 1) {
    const value = window === changedWindow ? -1 : window;
    record(journal, window * 10 + 5, "window.counted", { value, path: [window, { x: 1 }] });
    digestNumber(digest, value);
    closeWindow(journal, (window + 1) * 10, digest);
  }
  return journal;
}

describe("journal", () => {
  it("numbers its entries and hands them back", () => {
    const journal = createJournal();
    record(journal, 5, "run.started", {});
    const entry = record(journal, 5, "phase.advanced", { to: "EARLY" });
    expect(entry).toEqual({ atUs: 5, sequence: 1, kind: "phase.advanced", detail: { to: "EARLY" } });
    expect(journal.entries[1]).toBe(entry);
  });

  it("never goes back in time", () => {
    const journal = journalOf(2);
    expect(() => record(journal, 14, "phase.advanced", {})).toThrow("phase.advanced at 14 us after window.counted");
    expect(() => closeWindow(journal, 20, createDigest())).toThrow("a window ends at 20 us");
  });

  it("keeps more windows than it first has room for", () => {
    const journal = journalOf(1_000);
    expect(journal.windowCount).toBe(1_000);
    expect(journal.windowAtUs[999]).toBe(10_000);
    const digest = createDigest();
    for (let window = 0; window < 1_000; window += 1) digestNumber(digest, window);
    expect([journal.windowDigestA[999], journal.windowDigestB[999]]).toEqual([digest.a, digest.b]);
    expect(firstDivergence(journal, journalOf(1_000))).toBeNull();
  });

  it("is plain data", () => {
    const journal = journalOf(3);
    expect(firstDivergence(copyState(journal), journal)).toBeNull();
  });

  it("tells the first window and the first entry in which two runs part", () => {
    const divergence = firstDivergence(journalOf(500), journalOf(500, 300));
    expect(divergence).toMatchObject({ window: 300, windowAtUs: 3_010, entry: 300 });
    expect(divergence?.left?.detail["value"]).toBe(300);
    expect(divergence?.right?.detail["value"]).toBe(-1);
  });

  it("tells when one run stops earlier", () => {
    const expected = { window: 3, windowAtUs: 40, entry: 3 };
    expect(firstDivergence(journalOf(3), journalOf(5))).toMatchObject({ ...expected, left: null });
    expect(firstDivergence(journalOf(5), journalOf(3))).toMatchObject({ ...expected, right: null });
  });

  it("tells a digest that differs although the entries agree, and the other way round", () => {
    const plain = journalOf(3);
    const otherDigest = copyState(plain);
    otherDigest.windowDigestB[1]! ^= 1;
    expect(firstDivergence(plain, otherDigest)).toEqual({
      window: 1,
      windowAtUs: 20,
      entry: null,
      left: null,
      right: null,
    });
    const otherEntry = copyState(plain);
    record(otherEntry, 31, "run.ended", {});
    expect(firstDivergence(plain, otherEntry)).toMatchObject({ window: null, windowAtUs: null, entry: 3, left: null });
  });

  it("does not mind the order of a record's fields, and minds everything else", () => {
    const one = createJournal();
    const same = createJournal();
    const other = createJournal();
    record(one, 0, "gate.judged", { a: 1, b: Number.NaN });
    record(same, 0, "gate.judged", { b: Number.NaN, a: 1 });
    record(other, 0, "gate.judged", { a: 1, c: Number.NaN });
    expect(firstDivergence(one, same)).toBeNull();
    expect(firstDivergence(one, other)?.entry).toBe(0);
  });
});
