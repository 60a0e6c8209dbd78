import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { failWith } from '../delivery/attempt-errors.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import {
  asBuffer,
  buildEnvelope,
  type EnvelopedEvent,
  type RequestContent,
} from '../delivery/request-content.ts';
import type { Transformed, Transformer } from '../transformations/create-transformer.ts';
import { type BodyCompactor, MAX_COMPACTED_BYTES } from './body-compactor.ts';
import { type KeptEvent, type OpenRequestSecret, readProviderRequest } from './provider-request.ts';

export interface ShapingContext {
  transformer: Transformer;
  openRequestSecret: OpenRequestSecret;
  compactor: Pick<BodyCompactor, 'compact'>;
}

/**
 * Builds the content of a request, or the reason why there is none. Returns a promise only where a transformation has to
 * run, a kept request has to be read, or a large payload has to be made compact.
 */
export function shapeRequest(
  { transformer, openRequestSecret, compactor }: ShapingContext,
  endpoint: CatalogEndpoint,
  event: EnvelopedEvent & Pick<DueDelivery, 'transformation' | 'request'>,
): { content: RequestContent } | Promise<Transformed> {
  const { method, headers } = endpoint;
  const transformation = event.transformation ?? endpoint.transformation;
  if (transformation === undefined && endpoint.format === 'request') {
    const { payload, request } = event;
    // The event has no kept request to forward.
    if (!request) return { content: { method, headers, body: asBuffer(payload) } };
    return passOn(openRequestSecret, { tenantId: endpoint.tenantId, payload, request }, { method, headers });
  }
  if (transformation === undefined) {
    const body = buildEnvelope(event);
    if (endpoint.body === 'verbatim' || event.payload.length > MAX_COMPACTED_BYTES)
      return { content: { method, headers, body } };
    const compacted = compactor.compact(body);
    return compacted instanceof Promise
      ? whenCompacted(compacted, { method, headers })
      : { content: { method, headers, body: compacted } };
  }
  return transformer.transform({
    key: endpoint.id,
    tenantId: endpoint.tenantId,
    transformation,
    method,
    headers,
    event,
  });
}

/** Measures when a step began, and how long it took. */
function startClock(): () => Pick<Transformed, 'startedAtMs' | 'durationMs' | 'console'> {
  const startedAtMs = Date.now();
  const start = performance.now();
  return () => ({ startedAtMs, durationMs: performance.now() - start, console: [] });
}

async function whenCompacted(
  body: Promise<Buffer>,
  own: Pick<RequestContent, 'method' | 'headers'>,
): Promise<Transformed> {
  const about = startClock();
  const content = { ...own, body: await body };
  return { ...about(), content };
}

async function passOn(
  open: OpenRequestSecret,
  event: KeptEvent,
  own: Pick<RequestContent, 'method' | 'headers'>,
): Promise<Transformed> {
  const about = startClock();
  try {
    return { ...about(), content: await readProviderRequest(open, event, own) };
  } catch (error) {
    const failure = failWith('request_unreadable', (error as Error).message);
    return { ...about(), failure: { ...failure, line: undefined, column: undefined } };
  }
}
