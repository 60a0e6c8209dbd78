import type { CatalogEndpoint } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { Transformed, Transformer } from '../transformations/create-transformer.ts';
import { failWith } from './attempt-errors.ts';
import { type KeptEvent, type OpenRequestSecret, readProviderRequest } from './provider-request.ts';
import { asBuffer, buildEnvelope, type EnvelopedEvent, type RequestContent } from './request-content.ts';

export interface ShapingContext {
  transformer: Transformer;
  openRequestSecret: OpenRequestSecret;
}

/**
 * The content of a request, or why there is none. A promise only where a transformation has to be run, or a provider's
 * request be read.
 */
export function shapeRequest(
  { transformer, openRequestSecret }: ShapingContext,
  endpoint: CatalogEndpoint,
  event: EnvelopedEvent & Pick<DueDelivery, 'transformation' | 'request'>,
): { content: RequestContent } | Promise<Transformed> {
  const { method, headers } = endpoint;
  const transformation = event.transformation ?? endpoint.transformation;
  if (transformation === undefined && endpoint.format === 'request') {
    const { payload, request } = event;
    // Nothing brought it that could be sent on.
    if (!request) return { content: { method, headers, body: asBuffer(payload) } };
    return passOn(openRequestSecret, { tenantId: endpoint.tenantId, payload, request }, { method, headers });
  }
  if (transformation === undefined) return { content: { method, headers, body: buildEnvelope(event) } };
  return transformer.transform({
    key: endpoint.id,
    tenantId: endpoint.tenantId,
    transformation,
    method,
    headers,
    event,
  });
}

async function passOn(
  open: OpenRequestSecret,
  event: KeptEvent,
  own: Pick<RequestContent, 'method' | 'headers'>,
): Promise<Transformed> {
  const startedAtMs = Date.now();
  const start = performance.now();
  const about = () => ({ startedAtMs, durationMs: performance.now() - start, console: [] });
  try {
    return { ...about(), content: await readProviderRequest(open, event, own) };
  } catch (error) {
    const failure = failWith('request_unreadable', (error as Error).message);
    return { ...about(), failure: { ...failure, line: undefined, column: undefined } };
  }
}
