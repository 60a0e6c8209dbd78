import { describe, expect, it } from 'vitest';
import { findNextTime } from '../jobs/find-next-time.ts';
import { findDueTimes } from './due-times.ts';
import { findCronProblem } from './find-cron-problem.ts';

const at = (text: string) => new Date(text);
const texts = (times: readonly Date[]) => times.map((time) => time.toISOString().slice(0, 16));

describe('findDueTimes', () => {
  const hourly = { cron: '0 * * * *', timeZone: 'UTC', catchUp: 'one' } as const;

  it('publishes the one time that is due, and is due next at the following time', () => {
    const { times, next } = findDueTimes(hourly, at('2026-05-01T10:00:00Z'), at('2026-05-01T10:00:00Z'));
    expect(texts(times)).toEqual(['2026-05-01T10:00']);
    expect(next).toEqual(at('2026-05-01T11:00:00Z'));
  });

  it('collapses missed times to the last one with catchUp one', () => {
    const { times, next } = findDueTimes(hourly, at('2026-05-01T10:00:00Z'), at('2026-05-03T07:30:00Z'));
    expect(texts(times)).toEqual(['2026-05-03T07:00']);
    expect(next).toEqual(at('2026-05-03T08:00:00Z'));
  });

  it('makes up for the last 24 missed times with catchUp all, oldest first', () => {
    const all = { ...hourly, catchUp: 'all' } as const;
    const few = findDueTimes(all, at('2026-05-01T10:00:00Z'), at('2026-05-01T12:30:00Z'));
    expect(texts(few.times)).toEqual(['2026-05-01T10:00', '2026-05-01T11:00', '2026-05-01T12:00']);
    const many = findDueTimes(all, at('2026-05-01T10:00:00Z'), at('2026-05-09T10:00:00Z'));
    expect(many.times).toHaveLength(24);
    expect(many.times.at(-1)).toEqual(at('2026-05-09T10:00:00Z'));
    expect(many.times[0]).toEqual(at('2026-05-08T11:00:00Z'));
  });

  it('skips a time that is more than 60 seconds past with catchUp none', () => {
    const none = { ...hourly, catchUp: 'none' } as const;
    const due = at('2026-05-01T10:00:00Z');
    expect(texts(findDueTimes(none, due, at('2026-05-01T10:01:00Z')).times)).toEqual(['2026-05-01T10:00']);
    const late = findDueTimes(none, due, at('2026-05-01T10:01:01Z'));
    expect(late).toEqual({ times: [], next: at('2026-05-01T11:00:00Z') });
  });

  it('runs a yearly schedule once on return, instead of a year later (S2)', () => {
    const yearly = { cron: '0 0 1 1 *', timeZone: 'UTC', catchUp: 'one' } as const;
    const { times, next } = findDueTimes(yearly, at('2026-01-01T00:00:00Z'), at('2026-02-10T00:00:00Z'));
    expect(texts(times)).toEqual(['2026-01-01T00:00']);
    expect(next).toEqual(at('2027-01-01T00:00:00Z'));
  });

  it('takes the same time for three years of missed minutes as for one', () => {
    const minutely = { cron: '* * * * *', timeZone: 'America/New_York', catchUp: 'all' } as const;
    const now = at('2026-05-01T10:00:30Z');
    const { times } = findDueTimes(minutely, at('2023-05-01T10:00:00Z'), now);
    expect(times).toHaveLength(24);
    expect(times.at(-1)).toEqual(at('2026-05-01T10:00:00Z'));
  });
});

/** The due times of a pattern in a zone, found one after the other. */
function timesAfter(cron: string, timeZone: string, from: string, count: number): string[] {
  const times: string[] = [];
  let last = at(from);
  while (times.length < count) {
    const next = findNextTime(cron, timeZone, last);
    if (next === undefined) break;
    times.push(next.toISOString().slice(0, 16));
    last = next;
  }
  return times;
}

describe('daylight saving time (S1)', () => {
  it('a time of day that is skipped is due at the end of the gap, once', () => {
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    for (const minute of [0, 15, 59])
      expect(timesAfter(`${minute} 2 28 3 *`, 'Europe/Berlin', '2027-03-01T00:00:00Z', 1)).toEqual([
        '2027-03-28T01:00',
      ]);
    // A gap of half an hour, from 02:00 to 02:30.
    expect(timesAfter('15 2 3 10 *', 'Australia/Lord_Howe', '2027-09-01T00:00:00Z', 1)).toEqual([
      '2027-10-02T15:30',
    ]);
  });

  it('a time of day that is repeated is due once', () => {
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('an interval continues through the repeated hour', () => {
    expect(timesAfter('*/15 * * * *', 'Europe/Berlin', '2026-10-24T23:59:00Z', 9)).toEqual([
      ...['2026-10-25T00:00', '2026-10-25T00:15', '2026-10-25T00:30', '2026-10-25T00:45'],
      ...['2026-10-25T01:00', '2026-10-25T01:15', '2026-10-25T01:30', '2026-10-25T01:45'],
      '2026-10-25T02:00',
    ]);
  });

  it('a change of half an hour is followed', () => {
    expect(timesAfter('0 12 * * *', 'Australia/Lord_Howe', '2026-04-03T12:00:00Z', 3)).toEqual([
      '2026-04-04T01:00',
      '2026-04-05T01:30',
      '2026-04-06T01:30',
    ]);
  });
});

describe('findCronProblem', () => {
  it.each(['0 9 * * MON-FRI', '*/5 * * * *', '0 0 L * *', '0 12 13 * 5', '0 0 29 2 *'])(
    'accepts %s',
    (cron) => {
      expect(findCronProblem(cron, 'Europe/Berlin')).toBeUndefined();
    },
  );

  it.each([
    ['@daily', 'must have five fields'],
    ['* * * * * *', 'must have five fields'],
    ['61 * * * *', 'is not a cron pattern: Invalid value for minute: 61'],
    ['*/0 * * * *', 'is not a cron pattern'],
    ['a b c d e', 'is not a cron pattern'],
    ['0 0 31 2 *', 'never comes due'],
  ])('refuses %s, and says why', (cron, text) => {
    expect(findCronProblem(cron, 'UTC')).toEqual({ field: 'cron', text: expect.stringContaining(text) });
  });

  it.each(['Nowhere/City', '', '+02:00'])('refuses the time zone "%s"', (timeZone) => {
    expect(findCronProblem('0 9 * * *', timeZone)?.field).toBe('timeZone');
  });
});
