import type { ConnectionFacts } from '../facts/connection-facts.ts';

/** Says on the connection itself whether its watches work. */
export interface WatchHealth {
  /** @param fault a stable code; undefined: they work */
  note(connection: Pick<ConnectionFacts, 'id' | 'tenant'>, fault: string | undefined): Promise<void>;
}
