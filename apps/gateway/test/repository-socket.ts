import { FEED_PATHS, type RepositoryMessage } from '@hookline/contracts';
import { FeedSocket } from './feed-socket.ts';

/** A WebSocket of `/ws`. */
export class RepositorySocket extends FeedSocket {
  constructor(url: string, options: { key?: string | null } = {}) {
    super(url, { ...options, path: FEED_PATHS.repositories });
  }

  /** The messages about events, in their order. */
  get named(): RepositoryMessage[] {
    return (this.frames as { type: string }[]).filter((frame): frame is RepositoryMessage => 'data' in frame);
  }

  waitForNamed(count: number): Promise<void> {
    return this.arrivals.until(
      () => this.named.length >= count,
      () => `${count} messages, has ${this.named.length}`,
    );
  }
}
