import { defineConfig } from "vitest/config";

/** What takes everything along that runs on the engine: alone, and after everything else. */
export default defineConfig({
  test: {
    include: ["test/last/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    reporters: ["default"],
  },
});
