import { type EventAttributes, timeOfId } from '@hookline/contracts';
import type { EventRow } from '../../src/pipeline/fan-out/insert-events.ts';

/** Makes the row of an event without its optional columns. */
export function makeEventRow(
  attributes: EventAttributes,
  { streamSeq, matched }: { streamSeq: number; matched: number },
): EventRow {
  return {
    id: attributes.id,
    tenant_id: attributes.tenant,
    type: attributes.type,
    source: attributes.source,
    subject: undefined,
    provider: attributes.provider,
    action: undefined,
    repository: undefined,
    provider_delivery_id: undefined,
    via: attributes.via,
    event_time: attributes.time,
    received_at: attributes.receivedat,
    traceparent: undefined,
    hops: undefined,
    control: undefined,
    control_reason: undefined,
    stored_at: attributes.receivedat,
    request_id: attributes.requestid,
    stream_seq: streamSeq,
    matched,
    unmatched: undefined,
    unmatched_omitted: 0,
    created_at: new Date(timeOfId(attributes.id) as number).toISOString(),
  };
}
