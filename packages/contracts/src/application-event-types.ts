/**
 * The event types of an application that are known from the start. Every other type may be published as well.
 */
export const APPLICATION_EVENT_TYPES: readonly { readonly type: string; readonly description: string }[] = [
  { type: 'project.created', description: 'A project was created' },
  { type: 'project.updated', description: 'A project was updated' },
  { type: 'project.deleted', description: 'A project was deleted' },
  { type: 'session.started', description: 'A session started' },
  { type: 'session.ended', description: 'A session ended' },
  { type: 'session.message', description: 'A session received a message' },
  { type: 'session.paused', description: 'A session was paused' },
  { type: 'session.resumed', description: 'A session was resumed' },
  { type: 'recording.completed', description: 'A recording is complete' },
  { type: 'recording.failed', description: 'A recording failed' },
  { type: 'agent.connected', description: 'An agent connected' },
  { type: 'agent.disconnected', description: 'An agent disconnected' },
  { type: 'agent.status_changed', description: "An agent's status changed" },
  { type: 'subscription.created', description: 'A subscription was created' },
  { type: 'subscription.updated', description: 'A subscription was updated' },
  { type: 'subscription.cancelled', description: 'A subscription was cancelled' },
  { type: 'payment.succeeded', description: 'A payment succeeded' },
  { type: 'payment.failed', description: 'A payment failed' },
  { type: 'storage.quota_warning', description: 'Storage is nearly full' },
  { type: 'storage.quota_exceeded', description: 'Storage is full' },
  { type: 'user.created', description: 'A user was created' },
  { type: 'user.updated', description: 'A user was updated' },
  { type: 'user.deleted', description: 'A user was deleted' },
];

/** The provider of the events that applications publish. */
export const APPLICATION_PROVIDER = 'app';

/** The provider of events that Hookline itself publishes. */
export const HOOKLINE_PROVIDER = 'hookline';

/** The event types of announcements: what Hookline itself reports to a tenant. */
export const HOOKLINE_EVENT_TYPES: typeof APPLICATION_EVENT_TYPES = [
  {
    type: 'endpoint.disabled',
    description:
      'Hookline switched an endpoint off, because its receiver no longer wants events or failed for days',
  },
  { type: 'endpoint.enabled', description: 'An endpoint that Hookline had switched off is on again' },
  {
    type: 'endpoint.recovered',
    description: 'An endpoint accepted an event after ten or more failures in a row',
  },
  {
    type: 'delivery.dead',
    description:
      'A delivery gave up. At most one per endpoint and hour is announced: GET /api/dead-letters lists all',
  },
  {
    type: 'delivery.expired',
    description:
      'Deliveries were discarded, because their endpoint has been switched off for too long. At most one per endpoint and day is announced',
  },
  { type: 'hookline.alert.firing', description: 'The condition of an alert rule holds' },
  {
    type: 'hookline.alert.flapping',
    description:
      'The condition of an alert rule holds again and again; the next message comes after an hour of quiet',
  },
  { type: 'hookline.alert.recovered', description: 'The condition of an alert rule no longer holds' },
  { type: 'hookline.alert.test', description: 'A test of the channels of an alert rule' },
];

/** What the types of events of schedules begin with, unless a schedule has a type of its own; the rest is its name. */
export const SCHEDULE_TYPE_PREFIX = 'hookline.schedule.';

/** The provider of events about connected accounts. */
export const CONNECTION_PROVIDER = 'connection';

/** The event types of what happens to a connected account. */
export const CONNECTION_EVENT_TYPES: typeof APPLICATION_EVENT_TYPES = [
  { type: 'connection.connected', description: 'An account was connected' },
  {
    type: 'connection.needs_reauth',
    description: 'A connection has no valid token any more: a person must connect the account again',
  },
  { type: 'connection.recovered', description: 'A connection that did not work works again' },
  {
    type: 'connection.revoked',
    description: 'A person or the provider has withdrawn the grant of a connection',
  },
  {
    type: 'connection.paused',
    description: 'A connection rests, by a call or because its application is faulty',
  },
  { type: 'connection.gap', description: 'Events of an account were missed and cannot be found any more' },
  { type: 'connection.reauth_due', description: 'The grant of a connection ends soon' },
  {
    type: 'connection.hook_repaired',
    description: 'A webhook that was missing at the provider was made again',
  },
  {
    type: 'connection.watch_renewal_failed',
    description: 'A subscription at the provider could not be renewed; the account is polled more often',
  },
];

const OWN_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ...HOOKLINE_EVENT_TYPES.map(({ type }) => [type, HOOKLINE_PROVIDER] as const),
  ...CONNECTION_EVENT_TYPES.map(({ type }) => [type, CONNECTION_PROVIDER] as const),
]);

/** The provider of an event type that Hookline itself publishes; undefined for any other type. */
export function ownProviderOf(type: string): string | undefined {
  return type.startsWith(SCHEDULE_TYPE_PREFIX) ? HOOKLINE_PROVIDER : OWN_PROVIDERS.get(type);
}
