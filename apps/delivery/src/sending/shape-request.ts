import type { CatalogEndpoint } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { Transformed, Transformer } from '../transformations/create-transformer.ts';
import { buildEnvelope, type EnvelopedEvent, type RequestContent } from './request-content.ts';

/** The content of a request, or why there is none. A promise only where a transformation has to be run. */
export function shapeRequest(
  transformer: Transformer,
  endpoint: CatalogEndpoint,
  event: EnvelopedEvent & Pick<DueDelivery, 'transformation'>,
): { content: RequestContent } | Promise<Transformed> {
  const { method, headers } = endpoint;
  const transformation = event.transformation ?? endpoint.transformation;
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
