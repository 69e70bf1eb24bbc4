import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    reporters: ["default"],
    // Two cores are what continuous integration has; tests that measure a process want one of them.
    maxWorkers: 2,
    // A limit for what hangs, not a measure: the machine may be busy with other work.
    testTimeout: 60_000,
  },
});
