import { expect, test, vi } from 'vitest';
import { createSandbox } from './create-sandbox.ts';
import type { SandboxJob } from './types.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Runs in a built-in function for most of a second. */
const NOISY =
  'function handler() { /(x+x+)+y/.test("x".repeat(3e4)); JSON.stringify(new Array(4e6).fill(1)); }';
const HEALTHY = 'function handler(w) { return { n: w.n + 1 }; }';
const RUNS = 60;

const job = (owner: string, key: string, code: string): SandboxJob => ({
  key,
  owner,
  code,
  input: '{"n":1}',
  members: ['n'],
  fresh: false,
});

test('code of one tenant waits for at most one run of each thread, however many endpoints of another tenant time out', async () => {
  const sandbox = createSandbox();
  let timeouts = 0;
  /** For each run of the healthy tenant: how many runs of the other tenant ended while it waited. */
  async function countOvertakers(): Promise<number[]> {
    const overtakers: number[] = [];
    for (let n = 0; n < RUNS; n++) {
      const before = timeouts;
      const { output, failure } = await sandbox.run(job('healthy', 'ep_healthy', HEALTHY));
      expect({ output, failure }).toEqual({ output: { n: '2' }, failure: undefined });
      overtakers.push(timeouts - before);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return overtakers;
  }

  let isOver = false;
  const kinds = new Map<string | undefined, number>();
  const noisy = Array.from({ length: 40 }, async (_, n) => {
    while (!isOver) {
      const { failure } = await sandbox.run(job('noisy', `ep_noisy_${n}`, NOISY));
      kinds.set(failure?.kind, (kinds.get(failure?.kind) ?? 0) + 1);
      if (failure?.kind === 'timeout') timeouts++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const overtakers = await countOvertakers();
  const { threads } = sandbox;
  isOver = true;
  await sandbox.close();
  await Promise.all(noisy);
  console.info(
    `runs that ended meanwhile: ${Math.max(...overtakers)} at most; ${JSON.stringify([...kinds])}`,
  );
  // Without turns by tenant, all forty runs would come first, about seven for each thread.
  expect(Math.max(...overtakers)).toBeLessThanOrEqual(threads);
  expect(timeouts).toBeGreaterThan(0);
  expect(kinds.get(undefined) ?? 0).toBe(0);
  expect(threads).toBeLessThanOrEqual(6);
});
