import type { RejectionCause } from '@hookline/contracts';
import type { Rejection } from '@hookline/providers';

/** Why a request was refused, for its receiver alone. Holds no secret, and no signature that would have been right. */
export interface Explanation {
  cause: RejectionCause;
  /** The cause in a sentence or two, and what to do. */
  hint: string;
  /** What would have been accepted, such as `the body without the line break at its end`. */
  wouldMatch: string | null;
}

/** What is said of a refusal whose code says it all, without a look at the request. By the rejection's code. */
const BY_CODE: Readonly<Record<string, Omit<Explanation, 'wouldMatch'>>> = {
  missing_signature: {
    cause: 'signature_missing',
    hint: 'The request was not signed. Set a secret in the settings of the webhook at the provider; if there is one, look whether a proxy on the way drops the header.',
  },
  malformed_signature: {
    cause: 'header_malformed',
    hint: 'The header of the signature is there, but not in the form that this provider uses. Is it sent by another provider, or by a version of your own sender that signs differently?',
  },
  invalid_signature: {
    cause: 'wrong_secret',
    hint: 'Another secret signed, or the body was changed on its way. Copy the secret from the provider again and set it here.',
  },
  missing_timestamp: {
    cause: 'header_missing',
    hint: 'The header with the time of signing is missing. Look whether a proxy on the way drops it.',
  },
  malformed_timestamp: {
    cause: 'header_malformed',
    hint: 'The time of signing is not a number of seconds. Look at what the sender writes there.',
  },
  missing_header: {
    cause: 'header_missing',
    hint: 'A header that is part of what is signed is missing. Look whether a proxy on the way drops it.',
  },
  missing_event_header: {
    cause: 'header_missing',
    hint: 'The header that names the event is missing. Was the request sent by hand, or does a proxy drop it?',
  },
  missing_delivery_header: {
    cause: 'header_missing',
    hint: 'The header with the id of the delivery is missing. Was the request sent by hand, or does a proxy drop it?',
  },
  duplicate_header: {
    cause: 'header_duplicated',
    hint: 'A header that may be there once is there more often, so that it cannot be said which one counts. Look for a proxy that adds headers.',
  },
  malformed_header: {
    cause: 'header_malformed',
    hint: 'A header is not of the form that this provider sends. Look whether a proxy on the way changes it.',
  },
  invalid_user_agent: {
    cause: 'header_malformed',
    hint: 'The User-Agent is not the provider’s, and the option `checkUserAgent` of the source asks for it. Look whether a proxy on the way replaces it, or take the option away: the signature is right.',
  },
  timestamp_out_of_tolerance: {
    cause: 'timestamp_too_old',
    hint: 'The time of signing is too far from now. Look at the clocks of this machine and of the sender.',
  },
  no_secret: {
    cause: 'secret_not_configured',
    hint: 'No secret is set here, or it could not be opened with the present encryption key. Set it again.',
  },
  invalid_secret: {
    cause: 'secret_not_configured',
    hint: 'The secret that is set here is not one that this provider could use. Copy it from the provider again.',
  },
  missing_option: {
    cause: 'secret_not_configured',
    hint: 'The source lacks an option that this provider needs to be verified. Set it.',
  },
  invalid_option: {
    cause: 'secret_not_configured',
    hint: 'An option of the source is not one that this provider could use. Set it again.',
  },
  no_allow_list: {
    cause: 'secret_not_configured',
    hint: 'The source takes requests by their address alone, and names none. Set `allowedIps`.',
  },
  ignored_signature: {
    cause: 'wrong_secret',
    hint: 'Another secret signed, or the body was changed on its way. This provider is told that all is well, as it asks, and nothing is stored.',
  },
  unexpected_sender: {
    cause: 'unexpected_sender',
    hint: 'The provider did send it, but from or for somebody else than the options of the source say. Compare them with its settings.',
  },
  unknown_topic: {
    cause: 'unexpected_sender',
    hint: 'The provider asks about a topic that is not the one of this source. Compare its options with what you subscribed to.',
  },
  keys_unavailable: {
    cause: 'keys_unavailable',
    hint: 'The keys that the provider publishes could not be fetched. Look whether this machine may call it; the provider sends again.',
  },
  incomplete_body: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body lacks what the provider always sends. Was it sent by hand, or does the sender fill in a template of its own? A generic provider such as `hmac` takes any body.',
  },
  malformed_body: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body is not JSON, and no form, that can be read. Look at its beginning; choose JSON as the content type at the provider.',
  },
  body_too_deep: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body is nested deeper than is read.',
  },
  missing_form_payload: {
    cause: 'body_malformed',
    hint: 'The body is a form without the field that holds the event. Choose JSON as the content type at the provider.',
  },
  method_not_allowed: {
    cause: 'method_not_allowed',
    hint: 'Webhooks come here by another method, mostly POST: opening the address in a browser does nothing. Of senders that call by GET, a source of a generic provider says so in its option `methods`.',
  },
  malformed_handshake: {
    cause: 'verify_token',
    hint: 'The request is not the handshake that this provider makes. Opening the address in a browser is none.',
  },
  no_verify_token: {
    cause: 'verify_token',
    hint: 'The provider asks for the verify token, and none is set here. Set `verifyToken` to what you typed in there.',
  },
  invalid_verify_token: {
    cause: 'verify_token',
    hint: 'The verify token is another one than is set here. Set `verifyToken` to what you typed in at the provider.',
  },
  address_not_allowed: {
    cause: 'address_not_allowed',
    hint: 'The sender’s address is not among `allowedIps`. If a proxy is in front, see TRUSTED_PROXIES; else add the address.',
  },
  source_not_found: {
    cause: 'address_unknown',
    hint: 'Nothing is at this address. Copy the address of the source to the provider again.',
  },
  filtered: {
    cause: 'filtered',
    hint: 'The source keeps no events of this type. Add it to `events` if you want them.',
  },
  rate_limited: {
    cause: 'rate_limited',
    hint: 'More came in than the limit allows. See the INGEST_RATE_LIMIT settings.',
  },
  payload_too_large: {
    cause: 'body_too_large',
    hint: 'The body is larger than MAX_BODY_BYTES, or more than a hundred times as large once it is decompressed. Raise the limit, or send less.',
  },
  incomplete_request: {
    cause: 'body_incomplete',
    hint: 'The connection ended before the whole body had come: its sender gave up, something on the way did, or it took longer than 28 s and was cut off.',
  },
  unsupported_media_type: {
    cause: 'body_compressed',
    hint: 'The header Content-Encoding names a coding that is not undone here. Send the body plain, or with gzip, deflate, br or zstd.',
  },
};

/**
 * @param details of the refusal: a header that it names is named in the hint
 * @returns undefined for a code that is no refusal of the request itself: a repeat, or our own trouble
 */
export function explainCode(code: string, details?: Rejection['details']): Explanation | undefined {
  const known = BY_CODE[code];
  if (known === undefined) return undefined;
  const header = details?.['header'];
  const hint = header === undefined ? known.hint : `${known.hint} The header is "${header}".`;
  return { ...known, hint, wouldMatch: null };
}
