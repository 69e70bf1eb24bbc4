import type { Reporter, TestCase } from "vitest/node";

/** Names the tests that passed only when they were repeated: they are to be looked into. */
export default class Retried implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { retryCount = 0, flaky = false } = test.diagnostic() ?? {};
    if (retryCount > 0) this.#names.push(`${test.fullName}${flaky ? "" : " (failed again)"}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) process.stdout.write(`repeated: ${name}\n`);
  }
}
