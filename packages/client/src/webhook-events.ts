/**
 * The event types of an application that Hookline knows from the start, by name: `WEBHOOK_EVENTS.PROJECT_CREATED`. Every
 * other type may be published as well.
 */
export const WEBHOOK_EVENTS = {
  PROJECT_CREATED: 'project.created',
  PROJECT_UPDATED: 'project.updated',
  PROJECT_DELETED: 'project.deleted',
  SESSION_STARTED: 'session.started',
  SESSION_ENDED: 'session.ended',
  SESSION_MESSAGE: 'session.message',
  SESSION_PAUSED: 'session.paused',
  SESSION_RESUMED: 'session.resumed',
  RECORDING_COMPLETED: 'recording.completed',
  RECORDING_FAILED: 'recording.failed',
  AGENT_CONNECTED: 'agent.connected',
  AGENT_DISCONNECTED: 'agent.disconnected',
  AGENT_STATUS_CHANGED: 'agent.status_changed',
  SUBSCRIPTION_CREATED: 'subscription.created',
  SUBSCRIPTION_UPDATED: 'subscription.updated',
  SUBSCRIPTION_CANCELLED: 'subscription.cancelled',
  PAYMENT_SUCCEEDED: 'payment.succeeded',
  PAYMENT_FAILED: 'payment.failed',
  STORAGE_QUOTA_WARNING: 'storage.quota_warning',
  STORAGE_QUOTA_EXCEEDED: 'storage.quota_exceeded',
  USER_CREATED: 'user.created',
  USER_UPDATED: 'user.updated',
  USER_DELETED: 'user.deleted',
} as const;
