import { expect, test } from 'vitest';
import { type CpuProfile, summarizeProfile } from './summarize-profile.ts';

const repository = new URL('../../../../', import.meta.url).href;
const frame = (functionName: string, url = '', lineNumber = -1) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
});

/** root → ours → library → native, and idle; one sample a millisecond from second 1 on. */
const profile: CpuProfile = {
  startTime: 1_000_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5] },
    { id: 2, callFrame: frame('handle', `${repository}apps/ingest/src/app.ts`, 9), children: [3] },
    {
      id: 3,
      callFrame: frame('', `${repository}node_modules/.pnpm/fastify@5/node_modules/fastify/lib/reply.js`, 79),
      children: [4],
    },
    { id: 4, callFrame: frame('writev') },
    { id: 5, callFrame: frame('(idle)') },
  ],
  samples: [2, 3, 3, 4, 5, 5, 2],
  timeDeltas: [0, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
};

test('the time of a sample is counted for its function, for its package, and for the nearest Hookline function', () => {
  const summary = summarizeProfile(profile, [[0, 10_000]]);
  expect(summary).toMatchObject({ busyMs: 4, idleMs: 2 });
  expect(summary.hottest).toEqual([
    { name: '(anonymous)', place: 'fastify/lib/reply.js:80', ms: 2, share: 0.5 },
    { name: 'handle', place: 'apps/ingest/src/app.ts:10', ms: 1, share: 0.25 },
    { name: 'writev', place: 'native', ms: 1, share: 0.25 },
  ]);
  expect(summary.byPackage.map(({ name, ms }) => [name, ms])).toEqual([
    ['fastify', 2],
    ['apps/ingest', 1],
    ['V8 and native code', 1],
  ]);
  expect(summary.byOwnFunction).toEqual([
    { name: 'handle', place: 'apps/ingest/src/app.ts:10', ms: 4, share: 1 },
  ]);
});

test('samples outside the time windows are not counted', () => {
  expect(summarizeProfile(profile, [[1_001, 1_002]])).toMatchObject({ busyMs: 2, idleMs: 0 });
});
