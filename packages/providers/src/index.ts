/** How each webhook provider signs and names its events. Independent of storage, queues and the environment. */

export type { ApplicationSetup, LimitSign, RefreshLifeSign } from './connections/application-setup.ts';
export type { Connectable } from './connections/connectable.ts';
export { getConnectable, listConnectables } from './connections/connectables.ts';
export {
  type ConnectionSpecifications,
  type PushedEvent,
  REFRESH_BEFORE_EXPIRY_SECONDS,
} from './connections/connection-specifications.ts';
export {
  type FilledRequest,
  fillRequest,
  MissingValueError,
  replaceOrigin,
  type TemplateValues,
} from './connections/fill-request.ts';
export {
  type AnswerParts,
  type AnswerRules,
  type AnswerVerdict,
  type JudgedAnswer,
  judgeAnswer,
} from './connections/judge-answer.ts';
export { listOrigins, listValueNames, listWatchedEvents } from './connections/known-settings.ts';
export type {
  CredentialKind,
  EnvironmentApplication,
  IdentityRequest,
  OAuthSpecification,
} from './connections/oauth-specification.ts';
export {
  type NaturalKey,
  type PolledAccount,
  type PolledEvents,
  type PolledPart,
  type PolledResources,
  type PollingCursor,
  type PollingPages,
  type PollingResync,
  type PollingSpecification,
  polledTypesOf,
} from './connections/polling-specification.ts';
export type {
  GrantChange,
  PushedAccount,
  PushedMessage,
  PushSpecification,
  ReadPush,
} from './connections/push-specification.ts';
export type { QuotaSpecification } from './connections/quota-specification.ts';
export {
  arrayAt,
  type PolledItem,
  type ReadItems,
  readPolledItems,
  readResyncItems,
  removedItemEvent,
} from './connections/read-polled-items.ts';
export { type JsonTemplate, PLACEHOLDERS, type RequestTemplate } from './connections/request-template.ts';
export { toldText } from './connections/told-text.ts';
export type {
  DeliveryLogSpecification,
  WatchCheck,
  WatchedResources,
  WatchProblem,
  WatchSpecification,
} from './connections/watch-specification.ts';
export { createEvent } from './events/create-event.ts';
export { type EventName, nameEvent } from './events/name-event.ts';
export { type DedupeRule, type RepeatKey, repeatKeysOf } from './events/repeat-keys.ts';
export { eventsOfSample } from './interpret-sample.ts';
export { listSamples, type Sample } from './list-samples.ts';
export type { PresetDefinition } from './presets/preset-definition.ts';
export type { EventIdentity, ProviderIdentity } from './provider/event-identity.ts';
export type { Evidence } from './provider/evidence.ts';
export type { HttpAnswer } from './provider/http-answer.ts';
export type {
  HandshakeConfig,
  HandshakeNotice,
  HandshakeResult,
  Interpretation,
} from './provider/interpretation.ts';
export type { ControlMessage, NormalizedEvent } from './provider/normalized-event.ts';
export type { Provider } from './provider/provider.ts';
export { methodsOf } from './provider/request-methods.ts';
export type { SourceOption } from './provider/source-options.ts';
export type {
  FetchPublished,
  VerificationInput,
  VerificationResult,
  VerificationScheme,
} from './provider/verification.ts';
export { GITHUB_EVENT_TYPES } from './providers/github/event-types.ts';
export { makeGithubExample } from './providers/github/make-github-example.ts';
export {
  type ReceiveInput,
  type Reception,
  receiveWebhook,
  WEBHOOK_CHECKS,
  type WebhookCheck,
} from './receive-webhook.ts';
export { getProvider, listProviders } from './registry.ts';
export type { PublicRejectionCode, Rejection, RejectionCode } from './rejection.ts';
export type { InboundRequest } from './request/inbound-request.ts';
export { MAX_JSON_DEPTH, parseJson } from './request/json/parse-json.ts';
export { viewsOf } from './request/request-views.ts';
export { verifyWebhook } from './verify-webhook.ts';
