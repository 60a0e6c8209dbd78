import Type, { type Static, type TProperties } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SECRET } from '../secret-field.ts';
import {
  HeaderName,
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
} from './common.ts';
import { Tags } from './labels.ts';
import { changedSettings, newSettings } from './settings.ts';

const strict = { additionalProperties: false } as const;

/** The most alert rules of a tenant, and of the operators. */
export const MAX_ALERT_RULES = 100;

export const ALERT_TYPES = [
  'endpoint_failing',
  'dead_letters',
  'source_silent',
  'connection_needs_reauth',
  'quota_near',
  'backlog',
  'unaccounted',
] as const;
/** What an alert is about: the type of its rule's condition. */
export type AlertType = (typeof ALERT_TYPES)[number];

/** The windows in which dead letters are counted, in minutes. */
export const DEAD_LETTER_WINDOWS = [5, 15, 60, 360, 1_440] as const;

const Ids = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100, description });

/** When a rule holds. The tag is `type`. */
export const AlertCondition = Type.Union(
  [
    Type.Object(
      {
        type: Type.Literal('endpoint_failing', {
          description:
            'An endpoint has had nothing but failures: for `minutes`, in at least two attempts, or in `attempts` attempts. Without both: for 10 minutes',
        }),
        minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080 })),
        attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
        endpointIds: Type.Optional(Ids('Only these endpoints. Default: all')),
        tags: Type.Optional(Tags),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('dead_letters', {
          description: 'At least `count` deliveries gave up in the last `withinMinutes`',
        }),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Default 1' })),
        withinMinutes: Type.Optional(Type.Enum([...DEAD_LETTER_WINDOWS], { description: 'Default 60' })),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('source_silent', {
          description: 'An active source has received no event for `hours`',
        }),
        hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720, description: 'Default 24' })),
        sourceIds: Type.Optional(Ids('Only these sources. Default: all')),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('connection_needs_reauth', {
          description: 'A person has to connect an account again',
        }),
        connectionIds: Type.Optional(Ids('Only these connections. Default: all')),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('quota_near', {
          description: 'Calls to a provider have used `percent` of a quota that its window has',
        }),
        percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default 80' })),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('backlog', {
          description:
            'At least so many `deliveries` are open, or the oldest due delivery has been due for `oldestSeconds`. Without both: for 600 seconds',
        }),
        deliveries: Type.Optional(Type.Integer({ minimum: 10, maximum: 100_000_000 })),
        oldestSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 604_800 })),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('unaccounted', {
          description:
            'Events or deliveries are missing in the ledger (`GET /api/ledger`). Only for rules of the operators',
        }),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Default 1' })),
      },
      strict,
    ),
  ],
  { description: 'When the alert fires' },
);
export type AlertCondition = Static<typeof AlertCondition>;

/** The most channels of a rule. */
export const MAX_ALERT_CHANNELS = 10;
/** The longest text that an `http` channel sends as it is written in the rule. */
export const MAX_ALERT_TEMPLATE_LENGTH = 8_192;

const ChannelName = Type.String({
  ...patternWith('^[A-Za-z0-9_-]{1,64}$', 'a text of 1 to 64 letters, digits, "_" and "-"'),
  description: 'Unique in the rule. Default: the type of the channel',
});
const ChannelUrl = Type.String({
  minLength: 1,
  maxLength: 2_048,
  description:
    'An http or https URL. Answers show `[redacted]` in place of its path and query; sending that back keeps the URL',
});
const ChannelHeaders = Type.Record(HeaderName, Type.String({ maxLength: 4_096 }), {
  maxProperties: 20,
  description: 'Answers show `[redacted]` in place of the values; sending that back keeps a value',
});
const EmailAddress = Type.String({
  ...patternWith('^[^\\s@<>,;:"()\\[\\]\\\\]{1,64}@[A-Za-z0-9.-]{1,190}$', 'an e-mail address'),
  examples: ['on-call@example.com'],
});

const channel = <T extends AlertChannelType, P extends TProperties>(
  type: T,
  description: string,
  properties: P,
) =>
  Type.Object(
    { type: Type.Literal(type, { description }), name: Type.Optional(ChannelName), ...properties },
    strict,
  );

export const ALERT_CHANNEL_TYPES = [
  'event',
  'email',
  'slack',
  'discord',
  'teams',
  'webhook',
  'http',
] as const;
export type AlertChannelType = (typeof ALERT_CHANNEL_TYPES)[number];

/** Where the notifications of a rule go. The tag is `type`. */
export const AlertChannel = Type.Union([
  channel(
    'event',
    "An event of the tenant, for its endpoints and its feed. The event of an operators' rule is one of the tenant `default`",
    {},
  ),
  channel('email', 'An e-mail by the SMTP server of the installation', {
    to: Type.Array(EmailAddress, { minItems: 1, maxItems: 10 }),
  }),
  channel('slack', 'An incoming webhook of Slack', { url: ChannelUrl }),
  channel('discord', 'A webhook of a Discord channel', { url: ChannelUrl }),
  channel('teams', 'A workflow of Microsoft Teams that posts an Adaptive Card', { url: ChannelUrl }),
  channel(
    'webhook',
    'A JSON request that is signed as those to endpoints. The answer that first shows the channel has its `secret`',
    {
      url: ChannelUrl,
      headers: Type.Optional(ChannelHeaders),
      secret: Type.Optional(Type.Unknown({ readOnly: true, description: 'Read-only: ignored in requests' })),
    },
  ),
  channel('http', 'A request by a template, such as to the HTTP API of a provider of text messages', {
    method: Type.Optional(Type.Enum(['POST', 'GET'], { description: 'Default POST' })),
    url: ChannelUrl,
    headers: Type.Optional(ChannelHeaders),
    body: Type.Optional(
      Type.String({
        maxLength: MAX_ALERT_TEMPLATE_LENGTH,
        description:
          'The body, with `{{text}}` and other placeholders (docs/alerts.md). Their values are escaped for JSON or for a form, by the header `content-type`. Answers show it: secrets belong in `headers` or `url`',
      }),
    ),
  }),
]);
export type AlertChannel = Static<typeof AlertChannel>;

/** A channel as answers show it. It has the fields of its type. */
export const ShownAlertChannel = Type.Object({
  type: Type.Enum([...ALERT_CHANNEL_TYPES]),
  name: Type.String(),
  to: Type.Optional(Type.Array(Type.String())),
  url: Type.Optional(Type.String()),
  method: Type.Optional(Type.Enum(['POST', 'GET'])),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  body: Type.Optional(Type.String()),
  secret: Type.Optional(
    Type.String({
      ...SECRET,
      description:
        'The signing secret of a webhook, `whsec_…`. Only the answer that first shows the channel has it',
    }),
  ),
});
export type ShownAlertChannel = Static<typeof ShownAlertChannel>;

export const ALERT_RULE_DEFAULTS = {
  firesAfterSeconds: 30,
  recoversAfterSeconds: 120,
  notificationsPerHour: 6,
} as const;

const needed = {
  name: Type.String({ minLength: 1, maxLength: 200, examples: ['Orders endpoint'] }),
  condition: AlertCondition,
  channels: Type.Array(AlertChannel, { minItems: 1, maxItems: MAX_ALERT_CHANNELS }),
};
const optional = {
  active: withDefault(Type.Boolean({ description: 'false: the rule is not checked. Default true' }), true),
  firesAfterSeconds: withDefault(
    Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'For how long the condition must hold before the alert fires. Default 30',
    }),
    ALERT_RULE_DEFAULTS.firesAfterSeconds,
  ),
  recoversAfterSeconds: withDefault(
    Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'For how long the condition must not hold before the alert recovers. Default 120',
    }),
    ALERT_RULE_DEFAULTS.recoversAfterSeconds,
  ),
  notificationsPerHour: withDefault(
    Type.Integer({
      minimum: 2,
      maximum: 60,
      description:
        'How many notifications one subject may cause in an hour. Then one more says that it is flapping, and the alert recovers only after an hour. Default 6',
    }),
    ALERT_RULE_DEFAULTS.notificationsPerHour,
  ),
};

export const AlertRule = Type.Object({
  id: Type.String(),
  userId: Type.Union([Type.String(), Type.Null()], {
    description: 'null: a rule of the operators, which covers all tenants',
  }),
  name: Type.String(),
  active: Type.Boolean(),
  condition: AlertCondition,
  channels: Type.Array(ShownAlertChannel),
  firesAfterSeconds: Type.Integer(),
  recoversAfterSeconds: Type.Integer(),
  notificationsPerHour: Type.Integer(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type AlertRule = Static<typeof AlertRule>;

export const ALERT_SUBJECT_TYPES = [
  'endpoint',
  'source',
  'connection',
  'quota',
  'tenant',
  'installation',
] as const;
export type AlertSubjectType = (typeof ALERT_SUBJECT_TYPES)[number];

/** What an alert is about. */
export const AlertSubject = Type.Object({
  type: Type.Enum([...ALERT_SUBJECT_TYPES]),
  id: Type.String(),
  name: nullable(Type.String()),
  userId: Type.Union([Type.String(), Type.Null()], { description: 'null: it belongs to no single tenant' }),
});
export type AlertSubject = Static<typeof AlertSubject>;

/** What was measured. It has the fields of its condition. */
export const AlertValue = Type.Object({
  failures: Type.Optional(Type.Integer({ description: 'Failed attempts since the last success' })),
  failingSince: Type.Optional(Timestamp),
  deadLetters: Type.Optional(Type.Integer()),
  withinMinutes: Type.Optional(Type.Integer()),
  lastReceivedAt: Type.Optional(nullable(Timestamp)),
  silentHours: Type.Optional(Type.Number()),
  status: Type.Optional(Type.String({ description: 'The status of the connection' })),
  provider: Type.Optional(Type.String()),
  usedPercent: Type.Optional(Type.Number()),
  used: Type.Optional(Type.Integer()),
  capacity: Type.Optional(Type.Integer()),
  unaccounted: Type.Optional(Type.Integer({ description: 'Events and deliveries that are missing' })),
  open: Type.Optional(Type.Integer({ description: 'Open deliveries' })),
  oldestSeconds: Type.Optional(
    Type.Integer({ description: 'For how long the oldest delivery has been due' }),
  ),
});
export type AlertValue = Static<typeof AlertValue>;

export const ALERT_NOTIFICATION_KINDS = ['firing', 'recovered', 'flapping'] as const;
export type AlertNotificationKind = (typeof ALERT_NOTIFICATION_KINDS)[number];

/** One message about an alert to one channel. */
export const AlertNotification = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...ALERT_NOTIFICATION_KINDS]),
  channel: Type.String({ description: 'The name of the channel' }),
  channelType: Type.Enum([...ALERT_CHANNEL_TYPES]),
  status: Type.Enum(['pending', 'sent', 'failed', 'dropped'], {
    description:
      '`pending`: not sent yet, or tried again later. `failed`: given up after six hours. `dropped`: its rule or its channel is gone',
  }),
  attempts: Type.Integer(),
  nextAttemptAt: nullable(Timestamp),
  responseStatus: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The HTTP status of the last answer',
  }),
  error: Type.Union([Type.String(), Type.Null()], { description: 'Why the last attempt failed' }),
  createdAt: Timestamp,
  completedAt: nullable(Timestamp),
});
export type AlertNotification = Static<typeof AlertNotification>;

export const ALERT_STATES = ['firing', 'recovered', 'ended'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

const AlertStateSchema = Type.Enum([...ALERT_STATES], {
  description:
    '`ended`: its rule was deleted, switched off or given another condition, or its subject was deleted or switched off; whether it would have recovered is unknown',
});

/** One subject for which the condition of a rule held. */
export const Alert = Type.Object({
  id: Type.String(),
  userId: Type.Union([Type.String(), Type.Null()], { description: "null: the alert of an operators' rule" }),
  ruleId: Type.String(),
  ruleName: Type.String(),
  type: Type.Enum([...ALERT_TYPES]),
  state: AlertStateSchema,
  summary: Type.String({ description: 'What is wrong, in one sentence' }),
  nextStep: Type.String({ description: 'What to do' }),
  link: Type.Union([Type.String(), Type.Null()], {
    description:
      'The address of the alert in the API. null: the public address of the installation is not configured',
  }),
  subject: AlertSubject,
  value: AlertValue,
  since: Type.String({ format: 'date-time', description: 'Since when the condition has held' }),
  firedAt: Timestamp,
  endedAt: nullable(Timestamp),
  flapping: Type.Boolean(),
  acknowledgedAt: nullable(Timestamp),
  acknowledgedBy: nullable(Type.String()),
  notifications: Type.Array(AlertNotification),
});
export type Alert = Static<typeof Alert>;

/** What a channel said to a test. */
export const TestedAlertChannel = Type.Object({
  name: Type.String(),
  type: Type.Enum([...ALERT_CHANNEL_TYPES]),
  sent: Type.Boolean(),
  responseStatus: nullable(Type.Integer()),
  error: nullable(Type.String()),
});
export type TestedAlertChannel = Static<typeof TestedAlertChannel>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const shown = readOnly('id', 'createdAt', 'updatedAt');
const common = { owner: 'gateway', role: 'tenant', tag: 'Alerts' } as const;

export const alertOperations = defineOperations({
  createAlertRule: {
    ...common,
    method: 'POST',
    path: '/api/alerts/rules',
    scope: 'alerts:write',
    summary: 'Create an alert rule',
    description:
      'A rule of a tenant covers what the tenant has. Without `userId`, an operator creates a rule of the operators, which covers all tenants.',
    body: newSettings({ ...needed, ...optional }, { userId: Type.Optional(UserId), ...shown }),
    success: { status: 201, schema: one(AlertRule) },
  },

  listAlertRules: {
    ...common,
    method: 'GET',
    path: '/api/alerts/rules',
    scope: 'alerts:read',
    summary: 'List alert rules',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(AlertRule) },
  },

  getAlertRule: {
    ...common,
    method: 'GET',
    path: '/api/alerts/rules/:id',
    scope: 'alerts:read',
    summary: 'Get an alert rule',
    params,
    query: forUser,
    success: { status: 200, schema: one(AlertRule) },
  },

  updateAlertRule: {
    ...common,
    method: 'PATCH',
    path: '/api/alerts/rules/:id',
    scope: 'alerts:write',
    summary: 'Change an alert rule',
    description:
      'Changes only the fields that are sent. A `condition` of the same `type` is merged; `channels` are replaced as a whole, and a redacted value keeps the stored one of the channel with the same name.',
    params,
    query: forUser,
    body: changedSettings({ ...needed, ...optional }, shown),
    success: { status: 200, schema: one(AlertRule) },
  },

  deleteAlertRule: {
    ...common,
    method: 'DELETE',
    path: '/api/alerts/rules/:id',
    scope: 'alerts:write',
    summary: 'Delete an alert rule',
    description: 'Its open alerts end. Notifications that were not sent yet are dropped.',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },

  testAlertRule: {
    ...common,
    method: 'POST',
    path: '/api/alerts/rules/:id/test',
    scope: 'alerts:write',
    summary: 'Send a test notification to every channel of an alert rule',
    description:
      'Answers what each channel said. Nothing is tried again. Each replica sends at most six tests of a tenant in a minute (429).',
    params,
    query: forUser,
    success: { status: 200, schema: one(Type.Object({ channels: Type.Array(TestedAlertChannel) })) },
  },

  listAlerts: {
    ...common,
    method: 'GET',
    path: '/api/alerts',
    scope: 'alerts:read',
    summary: 'List alerts, newest first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      state: Type.Optional(AlertStateSchema),
      ruleId: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    success: { status: 200, schema: list(Alert) },
  },

  getAlert: {
    ...common,
    method: 'GET',
    path: '/api/alerts/:id',
    scope: 'alerts:read',
    summary: 'Get an alert with its notifications',
    params,
    query: forUser,
    success: { status: 200, schema: one(Alert) },
  },

  acknowledgeAlert: {
    ...common,
    method: 'POST',
    path: '/api/alerts/:id/acknowledge',
    scope: 'alerts:write',
    summary: 'Note that somebody takes care of an alert',
    params,
    query: forUser,
    success: { status: 200, schema: one(Alert) },
  },
});
