import type { Connectable, TemplateValues, WatchSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { ProviderCall } from '../provider-api/provider-api.ts';
import type { WatchRow } from '../sql/watch-row.ts';

/** One watch with all that its requests need. */
export interface WatchRun {
  readonly row: WatchRow;
  readonly specification: WatchSpecification;
  readonly connectable: Connectable;
  readonly connection: ConnectionFacts;
  readonly app: AppFacts;
  /** Of a connection that is deleted, in place of its tokens. */
  readonly accessToken?: string | undefined;
  /** The time of the database, in ms since 1970. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** The end of the watch has begun while it was registered or checked. */
export class WatchEndedError extends Error {
  override readonly name = 'WatchEndedError';
  readonly code = 'watch_ended';

  constructor() {
    super('the watch was stopped meanwhile');
  }
}

/** A call of the watch's connection. */
export function callOf(
  { row, connection, app, accessToken, signal }: WatchRun,
  request: ProviderCall['request'],
  values: TemplateValues = {},
): ProviderCall {
  return {
    connection,
    app,
    request,
    ...(accessToken !== undefined && { accessToken }),
    values: { resource: row.resource, subscriptionId: row.webhookId ?? undefined, ...values },
    signal,
  };
}

/** The provider's names of the events that the watch is for; undefined if it has no choice of events. */
export function eventsOf({ specification, connection }: WatchRun): readonly string[] | undefined {
  const { events } = specification;
  return events && (connection.settings.events ?? events.byDefault);
}

/** What the watch is for, in words. */
export function nameOfWatch({ row, specification }: Pick<WatchRun, 'row' | 'specification'>): string {
  return specification.resources === undefined
    ? specification.id
    : `${specification.id} of ${row.resourceName ?? row.resource}`;
}
