export {
  type AddressGuard,
  AddressNotAllowedError,
  createAddressGuard,
  isPublicAddress,
} from './address-guard.ts';
export { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts';
export {
  createPublishedDocuments,
  DocumentUnavailableError,
  type PublishedDocuments,
  type PublishedDocumentsOptions,
} from './published-documents.ts';
