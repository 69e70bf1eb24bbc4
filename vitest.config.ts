import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // They restart the engine: `vitest.last.config.ts` is theirs.
    exclude: [...configDefaults.exclude, "test/last/**"],
    globalSetup: ["test/global-setup.ts"],
    reporters: ["default"],
    // Two cores are what continuous integration has; tests that measure a process want one of them.
    maxWorkers: 2,
    // A limit for what hangs, not a measure: the machine may be busy with other work.
    testTimeout: 60_000,
  },
});
