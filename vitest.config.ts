import { defineConfig } from "vitest/config";

const live = "test/**/*.live.test.ts";

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    reporters: ["default", "./test/retried.ts"],
    // Two cores are what continuous integration has; tests that measure a process want one of them.
    maxWorkers: 2,
    // A limit for what hangs, not a measure: the machine may be busy with other work.
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        // What restarts the engine has a configuration of its own: it is nothing for anybody's machine.
        test: { name: "pure", include: ["test/**/*.test.ts"], exclude: [live, "test/last/**"] },
      },
      {
        extends: true,
        // A node that is out of breath may fail a test once; that it had to be repeated is told at the end.
        test: { name: "live", include: [live], exclude: ["test/last/**"], retry: 1 },
      },
    ],
  },
});
