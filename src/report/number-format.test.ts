import { describe, expect, it } from "vitest";
import {
  formatAgainstLimit,
  formatCount,
  formatCountShort,
  formatPercent,
  formatPlural,
  formatShare,
  formatShareShort,
} from "./number-format.ts";

describe("counts and shares", () => {
  it("groups thousands, and shortens only what no column holds", () => {
    expect(formatCount(0)).toBe("0");
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(formatCount(156_000_000)).toBe("156,000,000");
    expect(formatCountShort(9_999_999)).toBe("9,999,999");
    expect(formatCountShort(156_000_000)).toBe("156.0M");
    expect(formatCountShort(156_000_000_000)).toBe("156.0B");
    expect(formatPlural(1, "row")).toBe("1 row");
    expect(formatPlural(2_000, "row")).toBe("2,000 rows");
  });

  it("never shows nothing or everything where it is not", () => {
    expect(formatShare(0, 10)).toBe("0%");
    expect(formatShare(10, 10)).toBe("100%");
    expect(formatShare(1, 1_000_000)).toBe("0.0001%");
    expect(formatShare(999_999, 1_000_000)).toBe("99.9999%");
    expect(formatShare(1, 1e12)).toBe("1.00e-10%");
    expect(formatShare(3, 0)).toBe("-");
    expect(formatShareShort(1, 1_000_000)).toBe("<0.01%");
    expect(formatShareShort(999_999, 1_000_000)).toBe(">99.99%");
    expect(formatShareShort(1, 3)).toBe("33.33%");
    expect(formatPercent(0.01)).toBe("0.01%");
    expect(formatPercent(100)).toBe("100%");
  });
});

describe("formatAgainstLimit", () => {
  it("uses the metric's unit", () => {
    expect(formatAgainstLimit("candidate.errorRate", 0.313_559, 0.1)).toEqual(["31.36%", "10%"]);
    expect(formatAgainstLimit("latency.delta", 2_300.5, 2_000)).toEqual(["2.3 s", "2 s"]);
    expect(formatAgainstLimit("candidate.latency.p99", 199.123, 200)).toEqual(["199.12 ms", "200 ms"]);
    expect(formatAgainstLimit("candidate.health.ok", 0, 1)).toEqual(["no", "yes"]);
    expect(formatAgainstLimit("all.requestRate", 12.5, 10)).toEqual(["12.5/s", "10/s"]);
    expect(formatAgainstLimit("all.errorRate", null, 0.05)).toEqual(["nothing measured", "5%"]);
  });

  it("shows more digits rather than a value that reads as its own limit", () => {
    expect(formatAgainstLimit("candidate.errorRate", 0.100_001, 0.1)).toEqual(["10.0001%", "10%"]);
    expect(formatAgainstLimit("candidate.errorRate", 0.1, 0.1)).toEqual(["10%", "10%"]);
  });
});
