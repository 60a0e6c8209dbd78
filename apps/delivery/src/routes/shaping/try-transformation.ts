import {
  ApiError,
  type HttpMethod,
  type Transformation,
  type TransformationTrial,
} from '@hookline/contracts';
import type { StoredHeaders } from '@hookline/db/delivery';
import { redactHeaders } from '../../endpoints/headers/redact-headers.ts';
import type { RequestContent } from '../../pipeline/delivery/request-content.ts';
import { buildEnvelope } from '../../pipeline/delivery/request-content.ts';
import {
  MAX_TRANSFORMED_BYTES,
  type Transformer,
} from '../../pipeline/transformations/create-transformer.ts';
import type { TriedEvent } from './tried-event.ts';

export interface TrialInput {
  tenantId: string;
  method: HttpMethod;
  headers: Readonly<StoredHeaders>;
  /** Undefined: the request is shown without a transformation. */
  transformation: Transformation | undefined;
  event: TriedEvent;
}

/**
 * Runs a transformation on an event and shows its result. The request has the headers as the API presents them, because a
 * stored secret is never shown again.
 * @throws ApiError `payload_too_large`, or `overloaded`
 */
export async function tryTransformation(
  transformer: Transformer,
  { tenantId, method, headers, transformation, event }: TrialInput,
): Promise<TransformationTrial> {
  if (event.payload.length > MAX_TRANSFORMED_BYTES) {
    throw new ApiError('payload_too_large', {
      message: `The payload has ${event.payload.length} bytes, and a transformation takes at most ${MAX_TRANSFORMED_BYTES}`,
    });
  }
  const enveloped = {
    eventId: event.attributes.id,
    eventType: event.attributes.type,
    eventTime: event.attributes.time,
    payload: event.payload,
  };
  const shownHeaders = redactHeaders(headers);
  const before = show({ method, headers: shownHeaders, body: buildEnvelope(enveloped) });
  if (transformation === undefined)
    return { before, after: before, dropped: false, error: null, console: [], durationMs: 0 };
  const result = await transformer.transform({
    key: `trial of ${tenantId}`,
    tenantId,
    transformation,
    method,
    headers: shownHeaders,
    event: enveloped,
    fresh: true,
  });
  if (result.busy)
    throw new ApiError('overloaded', { message: 'Too many transformations are waiting: try again later' });
  const { failure } = result;
  return {
    before,
    after: result.content ? show(result.content) : null,
    dropped: result.dropped ?? false,
    error: failure
      ? {
          code: failure.code,
          message: failure.message,
          line: failure.line ?? null,
          column: failure.column ?? null,
        }
      : null,
    console: result.console,
    durationMs: Math.round(result.durationMs * 100) / 100,
  };
}

const show = ({ method, headers, body }: RequestContent) => ({
  method,
  headers: { ...headers },
  body: JSON.parse(body.toString('utf8')) as unknown,
});
