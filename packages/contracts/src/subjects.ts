/**
 * Streams and subjects. A subject is `events.<tenant>.<provider>.<type…>` with one token per part of the type, so
 * that a NATS wildcard can select a tenant, a provider or a family of types.
 */
export const EVENTS_STREAM = 'EVENTS';
export const DEAD_LETTERS_STREAM = 'DEAD_LETTERS';
/** Pushes and handshakes for the scheduler: a push belongs to an OAuth application, whose connections it is for. */
export const PUSHES_STREAM = 'PUSHES';
export const PUSHES_SUBJECTS = 'pushes.>';
/** The durable consumer that all scheduler replicas share. */
export const PUSHES_CONSUMER = 'scheduler';
export const PAYLOADS_BUCKET = 'PAYLOADS';
export const EVENTS_SUBJECTS = 'events.>';
/**
 * A subject on EVENTS that is not an event's: an event's subject has two more parts. Ingest publishes to it to learn
 * whether the stream stores messages. Delivery records such a message as skipped and shows it to no one.
 */
export const STORE_PROBE_SUBJECT = 'events.probe';
export const DEAD_LETTERS_SUBJECTS = 'dead_letters.>';
/** The durable consumer that all delivery replicas share. */
export const DELIVERY_CONSUMER = 'delivery';
/** Core NATS: a replica of ingest notifies the others that sources have changed. */
export const SOURCES_CHANGED_SUBJECT = 'hookline.changed.sources';
/** Core NATS: a replica of the gateway notifies the others that API keys or sessions end. */
export const CREDENTIALS_CHANGED_SUBJECT = 'hookline.changed.credentials';
/** Core NATS: each replica of the gateway announces where the others reach it. */
export const GATEWAYS_SUBJECT = 'hookline.gateways';

/**
 * Encodes any text as one subject token. Injective: each UTF-8 byte of a character outside `[A-Za-z0-9_-]` becomes
 * `=XX`, so that two tenants never share a subject.
 */
export function toSubjectToken(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  let token = '';
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte);
    token += /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return token === '' ? '=' : token;
}

/** `events.acme.github.workflow_job.completed`; the provider is not repeated when the type begins with it. */
export function eventSubject(tenant: string, provider: string, type: string): string {
  const rest = type.startsWith(`${provider}.`) ? type.slice(provider.length + 1) : type;
  return `events.${toSubjectToken(tenant)}.${toSubjectToken(provider)}.${rest}`;
}

/** `pushes.oap_….slack`: a push for an OAuth application; `pushes.con_….youtube`: a handshake for a connection. */
export function pushSubject(owner: string, provider: string): string {
  return `pushes.${toSubjectToken(owner)}.${toSubjectToken(provider)}`;
}

/** Every event of one tenant. */
export function tenantEventsSubject(tenant: string): string {
  return `events.${toSubjectToken(tenant)}.>`;
}

export function deadLetterSubject(tenant: string, endpointId: string): string {
  return `dead_letters.${toSubjectToken(tenant)}.${toSubjectToken(endpointId)}`;
}
