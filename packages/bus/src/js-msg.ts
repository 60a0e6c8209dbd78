import type { JsMsg as ClientJsMsg } from '@nats-io/jetstream';

/** A message of a stream, to be read; acknowledging it is the consumer's work, not the reader's. */
export type JsMsg = Pick<ClientJsMsg, 'subject' | 'headers' | 'data' | 'seq'>;
