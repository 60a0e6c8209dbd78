import { expect, test } from 'vitest';
import { DAY_MS, type Fault, HOUR_MS } from './simulation/faults.ts';
import { type Judged, judgeWeek } from './simulation/judge.ts';
import {
  connectableOf,
  PLATFORMS,
  type SimulatedApp,
  type SimulatedConnection,
} from './simulation/population.ts';
import { PRODUCT_RULES, type Rules } from './simulation/rules.ts';
import { type Scenario, simulate } from './simulation/simulate.ts';

// `npm run simulate` runs the whole week; docs/connections.md has its result.

const SHORT: Scenario = {
  connections: 1_250,
  platforms: PLATFORMS,
  // The second day has 25 hours in Los Angeles.
  startMs: Date.parse('2026-10-31T00:00:00Z'),
  days: 2,
  faults: [
    {
      name: 'Google is down',
      fromMs: DAY_MS + 2 * HOUR_MS,
      toMs: DAY_MS + 4 * HOUR_MS,
      providers: ['gmail', 'youtube'],
      servers: ['api', 'token'],
      how: 'error',
    },
    {
      name: 'both replicas are down',
      fromMs: DAY_MS + 10 * HOUR_MS,
      toMs: DAY_MS + 13 * HOUR_MS,
      providers: [],
      servers: [],
      how: 'replicas-down',
      replicas: 2,
    } satisfies Fault,
  ],
  draw: 1,
};

const failing = (judged: readonly Judged[]) => judged.filter(({ holds }) => !holds);

test('1,250 connections in two days: all properties hold through an outage and a downtime', () => {
  expect(failing(judgeWeek(simulate(SHORT, PRODUCT_RULES)))).toEqual([]);
});

test('an hour without Google brings no refreshes together: the bars hold from two hours after it on', () => {
  const faults: Fault[] = [
    {
      name: 'Google is down for an hour',
      fromMs: DAY_MS + 2 * HOUR_MS,
      toMs: DAY_MS + 3 * HOUR_MS,
      providers: ['gmail', 'youtube'],
      servers: ['api', 'token'],
      how: 'error',
    },
  ];
  const scenario: Scenario = { ...SHORT, connections: 2_000, platforms: ['gmail', 'youtube'], faults };
  expect(failing(judgeWeek(simulate(scenario, PRODUCT_RULES)))).toEqual([]);
  // With the usual lead after failures, the tokens that came back together stay together.
  const together: Rules = {
    ...PRODUCT_RULES,
    secondsUntilRefresh: (token, nowMs) =>
      PRODUCT_RULES.secondsUntilRefresh({ ...token, cameLate: false }, nowMs),
  };
  const youtube: Scenario = { ...scenario, connections: 1_000, platforms: ['youtube'] };
  const properties = failing(judgeWeek(simulate(youtube, together))).map(({ property }) => property);
  expect(properties).toContain('Calls a minute, youtube');
});

test('240 channels of a Slack workspace that allows one call a minute are all polled, about every eight hours', () => {
  const app: SimulatedApp = {
    facts: {
      // Its provider refuses the second call of a minute.
      id: 'oap_slack_other',
      tenant: undefined,
      provider: 'slack',
      clientId: 'other',
      clientSecret: () => '',
      settings: { distribution: 'other' },
    },
    connectable: connectableOf('slack'),
    tokenLifeSeconds: undefined,
  };
  const workspace: SimulatedConnection = {
    facts: {
      id: 'con_1',
      tenant: 'acme',
      provider: 'slack',
      appId: app.facts.id,
      accountId: 'T1',
      accountName: undefined,
      settings: {},
      scopesGranted: undefined,
      status: 'connected',
    },
    app,
    connectMs: 0,
    revokeMs: undefined,
    resources: Array.from({ length: 240 }, (_, index) => ({ id: `C${index}`, name: `c${index}` })),
  };
  const week = simulate(
    { ...SHORT, platforms: ['slack'], population: [workspace], faults: [], days: 4 },
    PRODUCT_RULES,
  );
  expect(Object.fromEntries(week.refusals)).toEqual({});
  expect([...week.stretches.values()].map((stretch) => stretch * 4)).toEqual([expect.closeTo(8.2, 1)]);
  const { kept, stretched, late } = week.polls;
  // The first day has the first polls of all, one a minute.
  const later = late.filter(({ fromMs }) => fromMs >= DAY_MS);
  expect(later.length).toBeLessThan((kept + stretched) * 0.02);
  for (const { fromMs, toMs, allowedMs, postponedBy } of later) {
    expect(postponedBy?.key).toContain('slack/history');
    expect(toMs - fromMs).toBeLessThan(allowedMs * 1.25);
  }
});

test('quotas of a day hold over both changes of the clocks in Los Angeles', () => {
  for (const start of ['2026-03-06T00:00:00Z', '2026-10-30T00:00:00Z']) {
    const week = simulate(
      {
        ...SHORT,
        connections: 1_000,
        platforms: ['youtube'],
        faults: [],
        startMs: Date.parse(start),
        days: 4,
      },
      PRODUCT_RULES,
    );
    expect(week.overdrawn).toEqual([]);
    expect(week.mostYouTubeUnits).toBeGreaterThan(6_000);
    expect(week.mostYouTubeUnits).toBeLessThanOrEqual(10_000);
    expect(Object.fromEntries(week.refusals)).toEqual({});
  }
});

/** A rule that is broken on purpose, and the property that must notice it. */
const MUTATIONS: readonly {
  readonly name: string;
  readonly broken: Partial<Rules>;
  readonly scenario: Partial<Scenario>;
  readonly property: string;
}[] = [
  {
    name: 'all tasks have the same phase',
    broken: { phaseOfTask: () => 0.5 },
    scenario: { platforms: ['discord'], connections: 250, faults: [] },
    property: 'Calls a minute, discord',
  },
  {
    name: 'the lead of a refresh is always ten minutes',
    broken: {
      secondsUntilRefresh: ({ lifeSeconds }) => (lifeSeconds === undefined ? undefined : lifeSeconds - 600),
    },
    scenario: { platforms: ['gmail'], connections: 700, faults: [] },
    property: 'Calls a minute, gmail',
  },
  {
    name: 'the governor stretches nothing',
    broken: { governStretch: () => 1 },
    scenario: { platforms: ['youtube'], connections: 1_500, faults: [] },
    property: 'Every interval is kept, or stretched by a named quota or outage',
  },
  {
    name: 'what was missed is made up for at once',
    broken: { catchUpAt: (_, nowMs) => nowMs },
    scenario: { platforms: ['discord', 'slack'], connections: 1_400 },
    property: 'Calls a minute in the 120 minutes after a fault',
  },
  {
    name: 'a task that failed runs at its next due time only',
    broken: {
      planAfterWatchFailure: () => ({ ended: 'failed', next: { at: 'later', afterSeconds: 30 * 86_400 } }),
    },
    scenario: {
      platforms: ['youtube'],
      connections: 300,
      days: 9,
      faults: [
        {
          name: 'the WebSub hub is down',
          fromMs: DAY_MS,
          toMs: 2.5 * DAY_MS,
          providers: ['youtube'],
          servers: ['hub'],
          how: 'error',
        },
      ],
    },
    property: 'No watch lapsed that a healthy day could have renewed',
  },
];

test.each(MUTATIONS)('the simulation notices if $name', ({ broken, scenario, property }) => {
  const judge = (rules: Rules) =>
    judgeWeek(simulate({ ...SHORT, ...scenario }, rules)).find((each) => each.property === property);
  expect(judge(PRODUCT_RULES)).toMatchObject({ holds: true });
  expect(judge({ ...PRODUCT_RULES, ...broken })).toMatchObject({ holds: false });
});
