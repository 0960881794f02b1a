import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    // What needs the vendors' SDKs has an install of its own: npm run test:vendors.
    exclude: ["**/node_modules/**", "test/vendors/**"],
    setupFiles: ["test/random-seed.ts"],
    testTimeout: 60_000,
    // One hook compiles the whole command; on a loaded machine that takes longer than the 10 s of the default.
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.test.ts"],
      reporter: ["text", "json-summary"],
      // The engine is what all else rests on; a run with fewer files, or fewer tests, is below this.
      thresholds: { "src/engine/**/*.ts": { lines: 95, branches: 90 } },
    },
  },
});
