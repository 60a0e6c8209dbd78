import type { JsMsg as ClientJsMsg } from '@nats-io/jetstream';
import type { EventHeaders } from './header-block.ts';

/** A message of a stream, to be read; acknowledging it is the consumer's work, not the reader's. */
export interface JsMsg extends Pick<ClientJsMsg, 'subject' | 'data' | 'seq'> {
  readonly headers?: EventHeaders | undefined;
  /** How often it was delivered, this time included; undefined where messages are only followed. */
  readonly deliveries?: number;
  /** When JetStream stored it, by its clock, in ms since 1970; undefined where messages are only followed. */
  readonly storedAtMs?: number;
}
