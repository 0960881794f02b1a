import { describe, expect, it } from "vitest";
import { normalQuantile } from "./normal-quantile.ts";

describe("normalQuantile", () => {
  // Tabulated values of the standard normal distribution, to the digits shown.
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
    [1e-12, -7.034483825301131],
  ])("at %f is %f", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 11);
  });

  it("is odd around one half", () => {
    for (const p of [0.001, 0.01, 0.2, 0.4, 0.49]) expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 11);
  });
});
