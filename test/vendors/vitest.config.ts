import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { root: process.cwd(), include: ["test/vendors/**/*.test.ts"], testTimeout: 120_000 },
});
