/** How each webhook provider signs and names its events. Knows nothing of storage, queues or the environment. */
export { type Connectable, getConnectable, listConnectables } from './connectables.ts';
export {
  type ConnectionSpecifications,
  type JsonTemplate,
  type OAuthSpecification,
  PLACEHOLDERS,
  type PolledEvents,
  type PollingCursor,
  type PollingSpecification,
  type RateLimit,
  REFRESH_BEFORE_EXPIRY_SECONDS,
  type RequestTemplate,
  type WatchSpecification,
} from './connection-specifications.ts';
export { createEvent } from './create-event.ts';
export type { EventIdentity, ProviderIdentity } from './event-identity.ts';
export { GITHUB_EVENT_TYPES } from './event-types/github.ts';
export { makeGithubExample } from './examples/make-github-example.ts';
export type { InboundRequest } from './inbound-request.ts';
export { MAX_JSON_DEPTH, parseJson } from './json/parse-json.ts';
export { type EventName, nameEvent } from './name-event.ts';
export type { PresetDefinition } from './presets/preset-definition.ts';
export type {
  ControlMessage,
  Evidence,
  FetchPublished,
  HandshakeConfig,
  HandshakeResult,
  HttpAnswer,
  Interpretation,
  NormalizedEvent,
  Provider,
  SourceOption,
  Verification,
  VerificationInput,
  VerificationScheme,
} from './provider.ts';
export {
  type ReceiveInput,
  type Reception,
  receiveWebhook,
  WEBHOOK_CHECKS,
  type WebhookCheck,
} from './receive-webhook.ts';
export { getProvider, listProviders } from './registry.ts';
export type { PublicRejectionCode, Rejection, RejectionCode } from './rejection.ts';
export { type DedupeRule, type RepeatKey, repeatKeysOf } from './repeat-keys.ts';
export { methodsOf } from './request-methods.ts';
export { viewsOf } from './request-views.ts';
export { eventsOfSample, listSamples, type Sample } from './samples.ts';
export { verifyWebhook } from './verify-webhook.ts';
