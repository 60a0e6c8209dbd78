/** How each webhook provider signs and names its events. Knows nothing of storage, queues or the environment. */
export { dedupeKeyOf } from './dedupe-key.ts';
export type { InboundRequest } from './inbound-request.ts';
export { MAX_JSON_DEPTH, parseJson } from './json/parse-json.ts';
export type { PresetDefinition } from './presets/preset-definition.ts';
export type {
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
export { type ReceiveInput, type Reception, receiveWebhook } from './receive-webhook.ts';
export { getProvider, listProviders } from './registry.ts';
export type { PublicRejectionCode, Rejection, RejectionCode } from './rejection.ts';
