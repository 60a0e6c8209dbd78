/**
 * Streams and subjects. A subject is `events.<tenant>.<provider>.<type…>`: one token per part of the type, so that
 * a NATS wildcard can select a tenant, a provider or a family of types.
 */
export const EVENTS_STREAM = 'EVENTS';
export const DEAD_LETTERS_STREAM = 'DEAD_LETTERS';
export const PAYLOADS_BUCKET = 'PAYLOADS';
export const EVENTS_SUBJECTS = 'events.>';
/**
 * On EVENTS, and no event, which has two parts more: ingest finds out by it whether the stream stores what it is given.
 * Delivery notes it as skipped and shows it to nobody.
 */
export const STORE_PROBE_SUBJECT = 'events.probe';
export const DEAD_LETTERS_SUBJECTS = 'dead_letters.>';
/** The durable consumer that all delivery replicas share. */
export const DELIVERY_CONSUMER = 'delivery';
/** Core NATS: a replica of ingest tells the others that sources have changed. */
export const SOURCES_CHANGED_SUBJECT = 'hookline.changed.sources';
/** Core NATS: a replica of the gateway tells the others that API keys have changed. */
export const API_KEYS_CHANGED_SUBJECT = 'hookline.changed.api_keys';

/**
 * Makes any text one subject token. Injective: characters outside `[A-Za-z0-9_-]` become `=XX` for each UTF-8
 * byte, so that two tenants can never share a subject.
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

/** Every event of one tenant. */
export function tenantEventsSubject(tenant: string): string {
  return `events.${toSubjectToken(tenant)}.>`;
}

export function deadLetterSubject(tenant: string, endpointId: string): string {
  return `dead_letters.${toSubjectToken(tenant)}.${toSubjectToken(endpointId)}`;
}
