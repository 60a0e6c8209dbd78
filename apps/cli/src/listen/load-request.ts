import { isHooklineError, type OperationRequest } from '@hookline/client';
import type { FeedEvent } from '@hookline/contracts';
import type { Gateway } from '../gateway/gateway.ts';
import type { OriginalRequest } from './local-request.ts';

/** What the API shows in place of a secret. */
const REDACTED = '[redacted]';
/**
 * While the machine slept, an open connection may have been lost. A call on it gets no answer, and its next try takes
 * another connection.
 */
const CALL_OPTIONS = { timeoutMs: 15_000 };
/** The gateways whose key may not read the secrets of requests: they are asked without. */
const hidesSecrets = new WeakSet<Gateway>();

/**
 * The request that brought an event, with its secrets if the key may read them. An event without one (published, polled, scheduled) gets the body that an
 * endpoint would be sent.
 */
export async function loadRequest(gateway: Gateway, event: FeedEvent): Promise<OriginalRequest> {
  const userId = { userId: event.userId };
  if (event.via !== 'webhook') return await makeRequest(gateway, event);
  try {
    const { data } = await getRequest(gateway, { params: { id: event.id }, query: userId });
    const body = data.body.isCut
      ? await gateway.call('getRawEventRequest', { params: { id: event.id }, query: userId })
      : Buffer.from(data.body.content, data.body.encoding);
    return {
      method: data.method,
      pathSuffix: data.pathSuffix,
      query: data.query ?? '',
      headers: data.headers.filter(({ value }) => value !== REDACTED).map(({ name, value }) => [name, value]),
      body,
      calledUrl: data.url,
      isProviders: true,
      withheld: [
        ...data.headers.filter(({ value }) => value === REDACTED).map(({ name }) => name),
        ...data.headersLeftOut,
        ...(data.query === null ? ['the query'] : []),
      ],
    };
  } catch (error) {
    if (codeOf(error) === 'request_not_kept') return await makeRequest(gateway, event);
    throw error;
  }
}

async function getRequest(gateway: Gateway, request: OperationRequest<'getEventRequest'>) {
  if (!hidesSecrets.has(gateway)) {
    try {
      const query = { ...request.query, secrets: true };
      return await gateway.call('getEventRequest', { ...request, query }, CALL_OPTIONS);
    } catch (error) {
      if (codeOf(error) !== 'scope_missing') throw error;
      hidesSecrets.add(gateway);
    }
  }
  return await gateway.call('getEventRequest', request, CALL_OPTIONS);
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return isHooklineError(cause) ? cause.code : undefined;
}

async function makeRequest(gateway: Gateway, event: FeedEvent): Promise<OriginalRequest> {
  const { id, type, time: timestamp } = event;
  const data = event.dataOmitted
    ? (await gateway.call('getEvent', { params: { id }, query: { userId: event.userId } }, CALL_OPTIONS)).data
        .payload
    : event.data;
  return {
    method: 'POST',
    pathSuffix: '',
    query: '',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ id, type, timestamp, data })),
    calledUrl: undefined,
    isProviders: false,
    withheld: [],
  };
}
