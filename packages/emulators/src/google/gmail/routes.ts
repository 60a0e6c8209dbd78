import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmulatorClock } from '../../core/clock.ts';
import { offsetPage } from '../../core/offset-page.ts';
import { numberOf, queryParameters } from '../../core/parameters.ts';
import { googleError } from '../api-error.ts';
import { authenticate } from '../authenticate.ts';
import type { PubSub } from '../pub-sub.ts';
import type { GoogleAuthorization, GoogleCaller } from '../state.ts';
import { type Gmail, WATCH_MS } from './gmail.ts';
import type { HistoryKind, HistoryRecord, MailMessage } from './mailbox.ts';

const SCOPE = 'https://www.googleapis.com/auth/gmail';
const READERS = [`${SCOPE}.readonly`, `${SCOPE}.modify`, `${SCOPE}.metadata`, 'https://mail.google.com/'];
/** Quota units of each method. */
const COSTS = { profile: 1, history: 2, list: 5, get: 5, watch: 100, stop: 50 } as const;
const TOPIC = /^projects\/([^/\s]+)\/topics\/[^/\s]+$/;

const PLURALS: Readonly<Record<HistoryKind, string>> = {
  messageAdded: 'messagesAdded',
  messageDeleted: 'messagesDeleted',
  labelAdded: 'labelsAdded',
  labelRemoved: 'labelsRemoved',
};

export interface GmailParts {
  readonly server: GoogleAuthorization;
  readonly gmail: Gmail;
  readonly pubSub: PubSub;
  readonly clock: EmulatorClock;
}

/** `users.*` of the Gmail API. */
export function mountGmail(app: FastifyInstance, { server, gmail, pubSub, clock }: GmailParts): void {
  const base = '/gmail.googleapis.com/gmail/v1/users/:userId';

  app.get(`${base}/profile`, async (request) => {
    const { account } = caller(request, COSTS.profile);
    const mailbox = gmail.mailboxOf(account);
    const messages = mailbox.messages;
    return {
      emailAddress: account.name,
      messagesTotal: messages.length,
      threadsTotal: new Set(messages.map(({ threadId }) => threadId)).size,
      historyId: String(mailbox.historyId),
    };
  });

  app.post(`${base}/watch`, async (request) => {
    const { account, application } = caller(request, COSTS.watch);
    const { topicName, labelIds, labelFilterBehavior, labelFilterAction } = (request.body ?? {}) as {
      topicName?: string;
      labelIds?: string[];
      labelFilterBehavior?: string;
      labelFilterAction?: string;
    };
    if (topicName === undefined || TOPIC.exec(topicName)?.[1] !== application.project) {
      throw googleError(
        400,
        `Invalid topicName does not match projects/${application.project}/topics/*`,
        'invalidArgument',
      );
    }
    if (pubSub.mayPublish(topicName) === undefined) {
      throw googleError(
        404,
        `Error sending test message to Cloud PubSub ${topicName} : Resource not found (resource=${topicName}).`,
        'notFound',
      );
    }
    if (!pubSub.mayPublish(topicName)) {
      throw googleError(
        403,
        `Error sending test message to Cloud PubSub ${topicName} : User not authorized to perform this action.`,
        'forbidden',
      );
    }
    const current = gmail.watchOf(account.id, application.project);
    if (current !== undefined && current.topic !== topicName) {
      throw googleError(
        400,
        'Only one user push notification client allowed per developer (call /stop then try again)',
        'failedPrecondition',
      );
    }
    const expiresAtMs = clock.nowMs() + WATCH_MS;
    gmail.setWatch({
      account,
      project: application.project,
      topic: topicName,
      labelIds: labelIds ?? [],
      excludesLabels: (labelFilterBehavior ?? labelFilterAction)?.toLowerCase() === 'exclude',
      expiresAtMs,
    });
    // A notice follows at once, whether or not anything changed.
    void gmail.notify(account, undefined);
    return { historyId: String(gmail.mailboxOf(account).historyId), expiration: String(expiresAtMs) };
  });

  app.post(`${base}/stop`, async (request, reply) => {
    const { account, application } = caller(request, COSTS.stop);
    gmail.removeWatch(account.id, application.project);
    return reply.code(204).send();
  });

  app.get(`${base}/history`, async (request) => {
    const { account } = caller(request, COSTS.history);
    const query = queryParameters(request);
    const start = query['startHistoryId'];
    if (start === undefined || !/^\d{1,20}$/.test(start)) {
      throw googleError(400, 'Missing or invalid startHistoryId', 'invalidArgument');
    }
    const mailbox = gmail.mailboxOf(account);
    const records = mailbox.since(BigInt(start));
    if (records === undefined) throw googleError(404, 'Requested entity was not found.', 'notFound');
    const types = listOf(request, 'historyTypes');
    const label = query['labelId'];
    const matching = records.filter(
      ({ kind, labelIds, changed }) =>
        (types.length === 0 || types.includes(kind)) &&
        (label === undefined || labelIds.includes(label) || changed.includes(label)),
    );
    const { page, next } = pageOf(matching, request, 100, 500);
    return {
      ...(page.length > 0 && { history: page.map(toHistory) }),
      ...(next !== undefined && { nextPageToken: next }),
      historyId: String(mailbox.historyId),
    };
  });

  app.get(`${base}/messages`, async (request) => {
    const { account } = caller(request, COSTS.list);
    const afterMs = afterOf(queryParameters(request)['q'] ?? '');
    const labels = listOf(request, 'labelIds');
    const matching = gmail
      .mailboxOf(account)
      .messages.filter(
        ({ internalDateMs, labelIds }) =>
          internalDateMs >= afterMs && labels.every((label) => labelIds.includes(label)),
      );
    const { page, next } = pageOf(matching, request, 100, 500);
    return {
      ...(page.length > 0 && { messages: page.map(({ id, threadId }) => ({ id, threadId })) }),
      ...(next !== undefined && { nextPageToken: next }),
      resultSizeEstimate: matching.length,
    };
  });

  app.get(`${base}/messages/:id`, async (request) => {
    const { account } = caller(request, COSTS.get);
    const message = gmail.mailboxOf(account).message((request.params as { id: string }).id);
    if (message === undefined) throw googleError(404, 'Requested entity was not found.', 'notFound');
    return toMessage(message, account.name);
  });

  function caller(request: FastifyRequest, cost: number): GoogleCaller {
    const found = authenticate(server, request, READERS);
    const { userId } = request.params as { userId: string };
    if (userId !== 'me' && userId !== found.account.name) {
      throw googleError(403, `Delegation denied for ${found.account.name}`, 'forbidden');
    }
    const state = gmail.units.take(`${found.account.id} ${found.application.project}`, cost);
    if (state.refused) {
      const retryAfter = new Date(state.resetAtMs).toISOString();
      throw googleError(429, `User-rate limit exceeded.  Retry after ${retryAfter}`, 'rateLimitExceeded');
    }
    return found;
  }
}

function pageOf<Item>(items: readonly Item[], request: FastifyRequest, normal: number, maximum: number) {
  const query = queryParameters(request);
  const page = offsetPage(items, query['pageToken'], numberOf(query['maxResults'], normal, 1, maximum));
  if (page === undefined) throw googleError(400, 'Invalid pageToken', 'invalidArgument');
  return page;
}

/** A parameter that may occur several times. */
function listOf(request: FastifyRequest, name: string): string[] {
  const value = (request.query as Record<string, unknown>)[name];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

/** `after:` with seconds, or with a date in UTC (the real one is Pacific time). */
function afterOf(query: string): number {
  const [, seconds, year, month, day] =
    /\bafter:(?:(\d{9,11})\b|(\d{4})\/(\d{1,2})\/(\d{1,2}))/.exec(query) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  return year === undefined ? 0 : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function toHistory({ id, kind, message, labelIds, changed }: HistoryRecord) {
  const labelled = kind === 'labelAdded' || kind === 'labelRemoved';
  return {
    id: String(id),
    messages: [message],
    [PLURALS[kind]]: [{ message: { ...message, labelIds }, ...(labelled && { labelIds: changed }) }],
  };
}

function toMessage(message: MailMessage, to: string) {
  return {
    id: message.id,
    threadId: message.threadId,
    labelIds: message.labelIds,
    snippet: message.snippet,
    historyId: String(message.historyId),
    internalDate: String(message.internalDateMs),
    sizeEstimate: 1_000,
    payload: {
      mimeType: 'text/plain',
      headers: [
        { name: 'From', value: message.from },
        { name: 'To', value: to },
        { name: 'Subject', value: message.subject },
        { name: 'Date', value: new Date(message.internalDateMs).toUTCString() },
      ],
    },
  };
}
