export {
  type AddressGuard,
  type AddressGuardOptions,
  AddressNotAllowedError,
  createAddressGuard,
  type RefusalReason,
} from './address-guard.ts';
export {
  AnswerTooLongError,
  type ApiAnswer,
  type ApiCallLimits,
  type ApiFetch,
  type ApiRequest,
  createApiFetch,
} from './api-fetch.ts';
export { basicCredentials } from './basic-credentials.ts';
export { type ConnectorOptions, createGuardedConnector, type GuardedConnector } from './guarded-connector.ts';
export { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts';
export {
  createPublishedDocuments,
  DocumentUnavailableError,
  type PublishedDocuments,
  type PublishedDocumentsOptions,
} from './published-documents.ts';
export type { ResolveHost } from './resolve-host.ts';
