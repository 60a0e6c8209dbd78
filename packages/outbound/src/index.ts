export {
  type AddressGuard,
  AddressNotAllowedError,
  createAddressGuard,
  isPublicAddress,
} from './address-guard.ts';
export {
  createPublishedDocuments,
  DocumentUnavailableError,
  type PublishedDocuments,
  type PublishedDocumentsOptions,
} from './published-documents.ts';
