/** Why a secret or key was refused. */
export type SecretErrorCode =
  | 'secret_empty'
  | 'secret_malformed'
  | 'secret_too_short'
  /** A valid secret of another kind, such as a `whsk_` key instead of a `whsec_` secret. */
  | 'secret_wrong_kind';

/** Why a message cannot be signed. */
export type SignErrorCode = 'no_secret' | 'invalid_id' | 'invalid_event_type' | 'invalid_timestamp';

/** Why a received message did not verify. An honest sender with a wrong key or clock causes only the last three. */
export type VerifyErrorCode =
  | 'no_secret'
  | 'invalid_tolerance'
  | 'missing_header'
  | 'duplicate_header'
  | 'malformed_id'
  | 'malformed_timestamp'
  | 'malformed_signature'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'invalid_signature';

/** Base class of all errors of this package. Match `code`; the message is for a person and may change. */
export class WebhookError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A secret or key that cannot be used. The message never contains the secret. */
export class WebhookSecretError extends WebhookError<SecretErrorCode> {}

/** A message that cannot be signed, because of a mistake of the caller. */
export class WebhookSignError extends WebhookError<SignErrorCode> {}

/** A received message that must not be trusted. */
export class WebhookVerificationError extends WebhookError<VerifyErrorCode> {
  /** The name of the faulty header, lower-case; undefined if no header is at fault. */
  readonly header: string | undefined;

  constructor(code: VerifyErrorCode, message: string, header?: string) {
    super(code, message);
    this.header = header;
  }
}
