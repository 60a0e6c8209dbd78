import type { OperationName } from '@hookline/client';
import { formatTime } from '../output/format-time.ts';
import type { Column } from '../output/table.ts';
import type { BulkVerb } from './bulk-command.ts';

type Row = Record<string, unknown>;

/** A kind of object of the API with what can be done to it. Arguments and options are those of the operations. */
export interface Resource {
  /** The list, which is also what the command does without a subcommand. */
  list: OperationName;
  columns: readonly Column<Row>[];
  /** The subcommands besides `list`, with their operations. */
  verbs: Readonly<Record<string, OperationName>>;
  /** The subcommands that change everything that a filter selects. */
  bulk?: Readonly<Record<string, BulkVerb>>;
}

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
const column = (title: string, name: string = title): Column<Row> => ({
  title,
  text: (row) => text(row[name]),
});
const time = (title: string, name: string): Column<Row> => ({
  title,
  text: (row) => (typeof row[name] === 'string' ? formatTime(row[name]) : ''),
});
const id = column('id');

/** What an open delivery waits for; `deliveries get` names the delivery that blocks a parked key. */
function describeWait({ waitsFor, parkedBy }: Row): string {
  const key = (parkedBy as { key?: unknown } | null | undefined)?.key;
  return key === undefined ? text(waitsFor) : `parked key ${text(key)}`;
}

export const RESOURCES: Readonly<Record<string, Resource>> = {
  events: {
    list: 'listEvents',
    columns: [
      time('received', 'receivedAt'),
      column('type'),
      { title: 'about', text: (row) => text(row['repository'] ?? row['subject']) },
      column('status'),
      column('matched'),
      id,
    ],
    verbs: {
      get: 'getEvent',
      request: 'getEventRequest',
      publish: 'publishEvent',
      retry: 'retryEvent',
      delete: 'deleteEvent',
      stats: 'getEventStats',
    },
    bulk: {
      'delete-all': {
        operation: 'bulkEvents',
        action: 'delete',
        things: ['event', 'events'],
        summary: 'Delete the events that match',
      },
    },
  },
  deliveries: {
    list: 'listDeliveries',
    columns: [
      time('created', 'createdAt'),
      column('type', 'eventType'),
      column('status'),
      column('attempts'),
      column('answer', 'responseCode'),
      { title: 'waits for', text: describeWait },
      column('endpoint', 'webhookId'),
      id,
    ],
    verbs: { get: 'getDelivery', retry: 'retryDelivery', cancel: 'cancelDelivery' },
    bulk: {
      'cancel-all': {
        operation: 'bulkDeliveries',
        action: 'cancel',
        things: ['delivery', 'deliveries'],
        summary: 'Cancel the deliveries that match',
      },
      'retry-all': {
        operation: 'createReplay',
        action: 'retry',
        things: ['delivery', 'deliveries'],
        summary: 'Send the deliveries again that match and have given up or wait for a retry',
        selection: { kind: 'failed' },
      },
    },
  },
  'dead-letters': {
    list: 'listDeadLetters',
    columns: [
      time('created', 'createdAt'),
      column('type', 'eventType'),
      column('attempts'),
      column('error', 'errorCode'),
      column('endpoint', 'webhookId'),
      id,
    ],
    verbs: {
      get: 'getDeadLetter',
      replay: 'replayDeadLetter',
      'replay-all': 'replayDeadLetters',
      discard: 'discardDeadLetter',
    },
    bulk: {
      'discard-all': {
        operation: 'bulkDeadLetters',
        action: 'discard',
        things: ['dead letter', 'dead letters'],
        summary: 'Discard the dead letters that match',
      },
    },
  },
  sources: {
    list: 'listSources',
    columns: [column('provider'), column('name'), column('active'), column('url'), id],
    verbs: {
      get: 'getSource',
      create: 'createSource',
      update: 'patchSource',
      delete: 'deleteSource',
      rejections: 'listRejections',
    },
  },
  endpoints: {
    list: 'listEndpoints',
    columns: [column('name'), column('active'), column('events'), column('url'), id],
    verbs: {
      get: 'getEndpoint',
      create: 'createEndpoint',
      update: 'patchEndpoint',
      delete: 'deleteEndpoint',
      test: 'testEndpoint',
      verify: 'verifyEndpoint',
      explain: 'explainEndpoint',
      stats: 'getEndpointStats',
      resume: 'resumeEndpoint',
      'rotate-secret': 'regenerateSecret',
      'replay-missed': 'replayMissed',
    },
    bulk: {
      'enable-all': {
        operation: 'bulkEndpoints',
        action: 'enable',
        things: ['endpoint', 'endpoints'],
        summary: 'Switch the endpoints that match on',
      },
      'disable-all': {
        operation: 'bulkEndpoints',
        action: 'disable',
        things: ['endpoint', 'endpoints'],
        summary: 'Switch the endpoints that match off',
      },
      'release-parked-keys': {
        operation: 'bulkParkedKeys',
        action: 'release',
        things: ['parked key', 'parked keys'],
        summary: 'Release the parked keys that match; the deliveries that gave up stay dead letters',
      },
      'discard-parked-keys': {
        operation: 'bulkParkedKeys',
        action: 'discard',
        things: ['parked key', 'parked keys'],
        summary: 'Release the parked keys that match, and discard the deliveries that gave up',
      },
    },
  },
  connections: {
    list: 'listConnections',
    columns: [
      column('provider'),
      column('status'),
      { title: 'account', text: (row) => accountOf(row['account']) },
      time('created', 'createdAt'),
      id,
    ],
    verbs: {
      get: 'getConnection',
      create: 'createConnection',
      link: 'createConnectionLink',
      journey: 'getConnectionJourney',
      pause: 'pauseConnection',
      resume: 'resumeConnection',
      refresh: 'refreshConnection',
      poll: 'pollConnection',
      delete: 'deleteConnection',
      'bulk-jobs': 'listConnectionBulkJobs',
      'bulk-job': 'getConnectionBulkJob',
      'pause-bulk-job': 'pauseConnectionBulkJob',
      'resume-bulk-job': 'resumeConnectionBulkJob',
      'cancel-bulk-job': 'cancelConnectionBulkJob',
    },
    bulk: {
      'pause-all': {
        operation: 'bulkConnections',
        action: 'pause',
        things: ['connection', 'connections'],
        summary: 'Pause the connections that match',
      },
      'resume-all': {
        operation: 'bulkConnections',
        action: 'resume',
        things: ['connection', 'connections'],
        summary: 'Resume the connections that match',
      },
      'poll-all': {
        operation: 'bulkConnections',
        action: 'poll',
        things: ['connection', 'connections'],
        summary: 'Poll the connections that match',
      },
      'refresh-all': {
        operation: 'bulkConnections',
        action: 'refresh',
        things: ['connection', 'connections'],
        summary: 'Refresh the tokens of the connections that match',
      },
    },
  },
  alerts: {
    list: 'listAlerts',
    columns: [
      time('fired', 'firedAt'),
      column('state'),
      column('type'),
      column('rule', 'ruleName'),
      column('what', 'summary'),
      id,
    ],
    verbs: { get: 'getAlert', acknowledge: 'acknowledgeAlert' },
  },
  'alert-rules': {
    list: 'listAlertRules',
    columns: [
      column('name'),
      column('active'),
      { title: 'condition', text: (row) => text((row['condition'] as { type?: unknown } | null)?.type) },
      {
        title: 'channels',
        text: (row) => text((row['channels'] as { name: string }[]).map(({ name }) => name)),
      },
      id,
    ],
    verbs: {
      get: 'getAlertRule',
      create: 'createAlertRule',
      update: 'updateAlertRule',
      delete: 'deleteAlertRule',
      test: 'testAlertRule',
    },
  },
  replays: {
    list: 'listReplays',
    columns: [
      time('created', 'createdAt'),
      column('status'),
      column('total'),
      column('done'),
      column('succeeded'),
      column('failed'),
      id,
    ],
    verbs: {
      get: 'getReplay',
      create: 'createReplay',
      pause: 'pauseReplay',
      resume: 'resumeReplay',
      cancel: 'cancelReplay',
    },
  },
  'bulk-jobs': {
    list: 'listBulkJobs',
    columns: [
      time('created', 'createdAt'),
      column('action'),
      column('kind'),
      column('status'),
      column('total'),
      column('changed'),
      column('skipped'),
      id,
    ],
    verbs: {
      get: 'getBulkJob',
      pause: 'pauseBulkJob',
      resume: 'resumeBulkJob',
      cancel: 'cancelBulkJob',
    },
  },
  'portal-sessions': {
    list: 'listPortalSessions',
    columns: [
      time('created', 'createdAt'),
      column('tenant', 'userId'),
      column('capabilities'),
      time('opened', 'openedAt'),
      time('expires', 'expiresAt'),
      id,
    ],
    verbs: { create: 'createPortalSession', end: 'endPortalSession' },
  },
};

function accountOf(account: unknown): string {
  if (typeof account !== 'object' || account === null) return text(account);
  const { name, id: accountId } = account as { name?: unknown; id?: unknown };
  return text(name ?? accountId);
}
