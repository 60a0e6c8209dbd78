import type { Identity } from '../../auth/identity.ts';
import type { FeedReceiver } from '../hub/feed-hub.ts';
import type { FeedTransport } from './feed-transport.ts';

/** A session as its parts and the registry see it. */
export interface OpenSession extends FeedReceiver {
  readonly transport: FeedTransport;
  /** Undefined until the session is authenticated. */
  readonly identity: Identity | undefined;
  readonly keyId: string | undefined;
  readonly isClosing: boolean;
  close(code: number, reason: string): void;
  /** Closes the session because its client is too slow. */
  cutOff(): void;
}
