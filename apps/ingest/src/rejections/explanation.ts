import type { RejectionCause } from '@hookline/contracts';
import type { Rejection } from '@hookline/providers';

/**
 * Why a request was refused. Only the source's tenant may see it. Contains no secret and no correct signature.
 */
export interface Explanation {
  cause: RejectionCause;
  /** The cause in a sentence or two, and what to do about it. */
  hint: string;
  /** What would have been accepted, such as `the body without the line break at its end`. */
  wouldMatch: string | null;
}

/** Explanations of rejections whose code is enough to explain them, by that code. */
const BY_CODE: Readonly<Record<string, Omit<Explanation, 'wouldMatch'>>> = {
  missing_signature: {
    cause: 'signature_missing',
    hint: "The request has no signature. Set a secret in the provider's webhook settings. If there is one, check whether a proxy removes the header.",
  },
  malformed_signature: {
    cause: 'header_malformed',
    hint: "The signature header does not have this provider's format. Check whether another provider, or your own sender with another scheme, sends the request.",
  },
  invalid_signature: {
    cause: 'wrong_secret',
    hint: 'The request was signed with another secret, or its body was changed in transit. Copy the secret from the provider again and set it here.',
  },
  missing_timestamp: {
    cause: 'header_missing',
    hint: 'The header with the signing time is missing. Check whether a proxy removes it.',
  },
  malformed_timestamp: {
    cause: 'header_malformed',
    hint: 'The signing time is not a number of seconds. Check the value that the sender writes.',
  },
  missing_header: {
    cause: 'header_missing',
    hint: 'A signed header is missing. Check whether a proxy removes it.',
  },
  missing_event_header: {
    cause: 'header_missing',
    hint: 'The header that names the event is missing. Check whether the request was sent by hand or a proxy removes the header.',
  },
  missing_delivery_header: {
    cause: 'header_missing',
    hint: 'The header with the delivery id is missing. Check whether the request was sent by hand or a proxy removes the header.',
  },
  duplicate_header: {
    cause: 'header_duplicated',
    hint: 'A header that may occur only once occurs several times, so the right value is unknown. Check whether a proxy adds headers.',
  },
  malformed_header: {
    cause: 'header_malformed',
    hint: "A header does not have this provider's format. Check whether a proxy changes it.",
  },
  invalid_user_agent: {
    cause: 'header_malformed',
    hint: "The signature is right, but the User-Agent is not the provider's and the source's option `checkUserAgent` requires it. Check whether a proxy replaces the header, or remove the option.",
  },
  timestamp_out_of_tolerance: {
    cause: 'timestamp_too_old',
    hint: 'The signing time differs too much from the present time. Check the clocks of this machine and of the sender.',
  },
  no_secret: {
    cause: 'secret_not_configured',
    hint: 'No secret is set for this source, or it could not be decrypted with the current encryption key. Set it again.',
  },
  invalid_secret: {
    cause: 'secret_not_configured',
    hint: "The source's secret is not valid for this provider. Copy it from the provider again.",
  },
  missing_option: {
    cause: 'secret_not_configured',
    hint: "The source has no value for an option that this provider's verification needs. Set the option.",
  },
  invalid_option: {
    cause: 'secret_not_configured',
    hint: 'An option of the source is not valid for this provider. Set it again.',
  },
  no_allow_list: {
    cause: 'secret_not_configured',
    hint: 'The source accepts requests by their client address only, and `allowedIps` is empty. Set `allowedIps`.',
  },
  ignored_signature: {
    cause: 'wrong_secret',
    hint: 'The request was signed with another secret, or its body was changed in transit. This provider requires a success answer, so it gets one; nothing is stored.',
  },
  unexpected_sender: {
    cause: 'unexpected_sender',
    hint: "The request is from this provider, but not from the account in the source's options. Compare the options with the provider's settings.",
  },
  unknown_topic: {
    cause: 'unexpected_sender',
    hint: "The provider asks about another topic than this source's. Compare the source's options with your subscription.",
  },
  keys_unavailable: {
    cause: 'keys_unavailable',
    hint: "The provider's published keys could not be fetched. Check whether this machine may connect to the provider; the provider sends the request again.",
  },
  incomplete_body: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body has no field that the provider always sends. Check whether the request was sent by hand or from your own template. A generic provider such as `hmac` accepts any body.',
  },
  malformed_body: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body is not of the form that this provider sends; the reason says what is wrong. Choose JSON as the content type at the provider, and check whether a proxy changes the body.',
  },
  body_too_deep: {
    cause: 'body_malformed',
    hint: 'The signature is right, but the body has more levels of nesting than Hookline accepts.',
  },
  missing_form_payload: {
    cause: 'body_malformed',
    hint: 'The body is a form without the field that contains the event. Choose JSON as the content type at the provider.',
  },
  method_not_allowed: {
    cause: 'method_not_allowed',
    hint: "Webhooks arrive here with another method, usually POST; opening the address in a browser does nothing. For a sender that uses GET, set the option `methods` of a generic provider's source.",
  },
  malformed_handshake: {
    cause: 'verify_token',
    hint: "The request is not this provider's handshake. Opening the address in a browser is not a handshake.",
  },
  no_verify_token: {
    cause: 'verify_token',
    hint: 'The provider asks for the verify token, and the source has none. Set `verifyToken` to the value that you entered at the provider.',
  },
  invalid_verify_token: {
    cause: 'verify_token',
    hint: "The verify token is not the source's. Set `verifyToken` to the value that you entered at the provider.",
  },
  address_not_allowed: {
    cause: 'address_not_allowed',
    hint: "The sender's address is not in `allowedIps`. If a proxy forwards the requests, set TRUSTED_PROXIES; otherwise add the address.",
  },
  source_not_found: {
    cause: 'address_unknown',
    hint: "No source has this address. Copy the source's address to the provider again.",
  },
  filtered: {
    cause: 'filtered',
    hint: 'The source does not store events of this type. To store them, add the type to `events`.',
  },
  withheld: {
    cause: 'withheld',
    hint: 'The connection of the source is paused, or its grant has ended. Resume it with POST /api/connections/:id/resume, or connect the account again. Polls then find what the provider still lists.',
  },
  rate_limited: {
    cause: 'rate_limited',
    hint: 'The sender exceeded the rate limit. See the settings INGEST_RATE_LIMIT_*.',
  },
  payload_too_large: {
    cause: 'body_too_large',
    hint: 'The body is larger than MAX_BODY_BYTES, or more than 100 times larger after decompression. Raise the limit or send less data.',
  },
  incomplete_request: {
    cause: 'body_incomplete',
    hint: 'The connection ended before the whole body arrived: the sender or a proxy closed it, or the request took longer than 28 s.',
  },
  unsupported_media_type: {
    cause: 'body_compressed',
    hint: 'The header Content-Encoding names an encoding that Hookline does not know. Send the body without encoding, or with gzip, deflate, br or zstd.',
  },
};

/**
 * @param details of the rejection: the hint names the header that they name
 * @returns undefined for a code that is not about the request: a repeat, or a failure on our side
 */
export function explainCode(code: string, details?: Rejection['details']): Explanation | undefined {
  const known = BY_CODE[code];
  if (known === undefined) return undefined;
  const header = details?.['header'];
  const hint = header === undefined ? known.hint : `${known.hint} The header is "${header}".`;
  return { ...known, hint, wouldMatch: null };
}
