import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  EventTypeName,
  list,
  message,
  nullable,
  one,
  PageQuery,
  patternWith,
  readOnly,
  Timestamp,
  UserId,
  withDefault,
  withExample,
} from './common.ts';
import { changedSettings, newSettings } from './settings.ts';

const ScheduleName = Type.String({
  ...patternWith('^[A-Za-z0-9_-]{1,64}$', 'a text of 1 to 64 letters, digits, "_" and "-"'),
  description: 'Name of the schedule. Without `type`, its events have the type `hookline.schedule.<name>`',
});

const settings = {
  cron: Type.String({
    minLength: 9,
    maxLength: 200,
    description:
      'Cron pattern of five fields: minute, hour, day of the month, month, day of the week, as in `0 9 * * MON-FRI`. If both days are given, either of them matches',
  }),
  timeZone: withDefault(
    Type.String({
      maxLength: 64,
      description:
        'IANA time zone of the pattern, such as `Europe/Berlin`. When clocks go forward, a skipped time is due at the end of the gap: 02:30 at 03:00. When clocks go back, a time of day is due once, and an interval continues through the repeated hour',
    }),
    'UTC',
  ),
  type: Type.Optional(EventTypeName),
  data: withDefault(
    Type.Unknown({ description: 'Any JSON value up to 64 KB. Events have it as `data`' }),
    null,
  ),
  catchUp: withDefault(
    Type.Enum(['one', 'none', 'all'], {
      description:
        'What happens to times that were missed because Hookline did not run. `one`: one event, for the last of them. `none`: no event for a time that is more than 60 s past. `all`: an event for each of the last 24',
    }),
    'one',
  ),
  active: withDefault(Type.Boolean({ description: 'false: no events' }), true),
};

/** A cron pattern of a tenant that publishes an event at each of its times. */
export const Schedule = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: nullable(Type.String()),
  cron: Type.String(),
  timeZone: Type.String(),
  type: Type.String({ description: 'Type of its events' }),
  data: Type.Unknown(),
  catchUp: Type.Enum(['one', 'none', 'all']),
  active: Type.Boolean(),
  nextDueAt: nullable(Timestamp),
  lastDueAt: nullable({ ...Timestamp, description: 'The last time for which an event was published' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Schedule = Static<typeof Schedule>;

/** The most schedules of a tenant. */
export const MAX_SCHEDULES = 1_000;
/** The largest `data` of a schedule, as JSON in UTF-8. */
export const MAX_SCHEDULE_DATA_BYTES = 65_536;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const shown = readOnly('id', 'nextDueAt', 'lastDueAt', 'createdAt', 'updatedAt');
const common = { owner: 'scheduler', role: 'tenant', tag: 'Schedules' } as const;

export const scheduleOperations = defineOperations({
  createSchedule: {
    ...common,
    method: 'POST',
    path: '/api/schedules',
    scope: 'events:write',
    summary: 'Create a schedule that publishes an event at each time of a cron pattern',
    description:
      'Needs `name` or `type`. The payload of an event is `{"scheduleId", "name", "dueAt", "delayedBySeconds", "missedSince", "data"}`. Each due time becomes one event, however many replicas run and whatever crashes.',
    body: withExample(
      newSettings(
        { name: Type.Optional(ScheduleName), ...settings },
        { userId: Type.Optional(UserId), ...shown },
      ),
      { name: 'daily-report', cron: '0 9 * * MON-FRI' },
    ),
    success: { status: 201, schema: one(Schedule) },
  },

  listSchedules: {
    ...common,
    method: 'GET',
    path: '/api/schedules',
    scope: 'events:read',
    summary: 'List schedules',
    query: Type.Object({ userId: Type.Optional(UserId), ...PageQuery }),
    success: { status: 200, schema: list(Schedule) },
  },

  getSchedule: {
    ...common,
    method: 'GET',
    path: '/api/schedules/:id',
    scope: 'events:read',
    summary: 'Get a schedule',
    params,
    query: forUser,
    success: { status: 200, schema: one(Schedule) },
  },

  updateSchedule: {
    ...common,
    method: 'PATCH',
    path: '/api/schedules/:id',
    scope: 'events:write',
    summary: 'Change a schedule',
    description:
      'Changes only the fields that are sent. A changed `cron` or `timeZone`, and a schedule that becomes active, count from now on: earlier times are not made up for.',
    params,
    query: forUser,
    body: changedSettings({ name: Type.Optional(ScheduleName), ...settings }, shown),
    success: { status: 200, schema: one(Schedule) },
  },

  deleteSchedule: {
    ...common,
    method: 'DELETE',
    path: '/api/schedules/:id',
    scope: 'events:write',
    summary: 'Delete a schedule',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },
});
