/** What a secret or key can be refused for. */
export type SecretErrorCode =
  | 'secret_empty'
  | 'secret_malformed'
  | 'secret_too_short'
  /** The right format for another job, such as a `whsk_` key where a `whsec_` secret belongs. */
  | 'secret_wrong_kind';

/** What a message can be refused for before it is signed. */
export type SignErrorCode = 'no_secret' | 'invalid_id' | 'invalid_event_type' | 'invalid_timestamp';

/** Why a received message did not verify. Only the last three can be an honest sender with a wrong key or clock. */
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

/** Root of all errors of this package. Match `code`; the message is for a person and may change. */
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

/** A message that cannot be signed: the caller's mistake. */
export class WebhookSignError extends WebhookError<SignErrorCode> {}

/** A received message that must not be trusted. */
export class WebhookVerificationError extends WebhookError<VerifyErrorCode> {
  /** The header that the error is about, lower-case, where there is one. */
  readonly header: string | undefined;

  constructor(code: VerifyErrorCode, message: string, header?: string) {
    super(code, message);
    this.header = header;
  }
}
