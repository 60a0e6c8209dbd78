import type { JsMsg as ClientJsMsg } from '@nats-io/jetstream';
import type { EventHeaders } from './header-block.ts';

/** A message of a stream, for reading. Only its consumer acknowledges it. */
export interface JsMsg extends Pick<ClientJsMsg, 'subject' | 'data' | 'seq'> {
  readonly headers?: EventHeaders | undefined;
  /** How often the message was delivered, this time included; undefined if messages are only followed. */
  readonly deliveries?: number;
  /** When JetStream stored the message, by its own clock, in ms since 1970; undefined if messages are only followed. */
  readonly storedAtMs?: number;
}
