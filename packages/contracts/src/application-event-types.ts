/** The events of an application that are known from the start; every other type may be published as well. */
export const APPLICATION_EVENT_TYPES: readonly { readonly type: string; readonly description: string }[] = [
  { type: 'project.created', description: 'A project was made' },
  { type: 'project.updated', description: 'A project was changed' },
  { type: 'project.deleted', description: 'A project was removed' },
  { type: 'session.started', description: 'A session has begun' },
  { type: 'session.ended', description: 'A session is over' },
  { type: 'session.message', description: 'A message came in a session' },
  { type: 'session.paused', description: 'A session pauses' },
  { type: 'session.resumed', description: 'A session goes on' },
  { type: 'recording.completed', description: 'A recording is ready' },
  { type: 'recording.failed', description: 'A recording could not be made' },
  { type: 'agent.connected', description: 'An agent is there' },
  { type: 'agent.disconnected', description: 'An agent is gone' },
  { type: 'agent.status_changed', description: 'An agent has another status' },
  { type: 'subscription.created', description: 'Somebody subscribed' },
  { type: 'subscription.updated', description: 'A subscription was changed' },
  { type: 'subscription.cancelled', description: 'A subscription was ended' },
  { type: 'payment.succeeded', description: 'A payment was made' },
  { type: 'payment.failed', description: 'A payment could not be made' },
  { type: 'storage.quota_warning', description: 'Storage is nearly used up' },
  { type: 'storage.quota_exceeded', description: 'Storage is used up' },
  { type: 'user.created', description: 'A user was added' },
  { type: 'user.updated', description: 'A user was changed' },
  { type: 'user.deleted', description: 'A user was removed' },
];

/** The provider of events that come from Hookline itself. */
export const HOOKLINE_PROVIDER = 'hookline';

/** What Hookline itself tells a tenant. */
export const HOOKLINE_EVENT_TYPES: typeof APPLICATION_EVENT_TYPES = [
  {
    type: 'endpoint.disabled',
    description: 'Hookline has switched an endpoint off: its receiver wants no more, or only failed for days',
  },
  { type: 'endpoint.enabled', description: 'An endpoint that Hookline had switched off is on again' },
  {
    type: 'endpoint.recovered',
    description: 'An endpoint took an event after ten failures or more in a row',
  },
  {
    type: 'delivery.dead',
    description: 'A delivery gave up. Of each endpoint one in an hour is told: GET /api/dead-letters has all',
  },
];
