import { describe, expect, it } from "vitest";
import { OPEN, closeCall, createCalls, openCall } from "./calls.ts";

describe("calls", () => {
  it("keep what they are told as long as they are open, however many there are, and use places again", () => {
    const calls = createCalls();
    const open = Array.from({ length: 500 }, (_, i) => openCall(calls, i));
    expect(new Set(open).size).toBe(500);
    open.forEach((call, i) => expect(calls.firstAtUs[call]).toBe(i));
    calls.end[open[3] ?? 0] = 2;
    const places = calls.nextFree.length;
    for (let round = 0; round < 3; round++) {
      for (const call of open) closeCall(calls, call);
      open.splice(0, 500, ...Array.from({ length: 500 }, (_, i) => openCall(calls, i)));
      expect(new Set(open).size).toBe(500);
    }
    expect(calls.nextFree.length).toBe(places);
    for (const call of open) expect([calls.end[call], calls.shadowEnd[call]]).toEqual([OPEN, OPEN]);
  });
});
