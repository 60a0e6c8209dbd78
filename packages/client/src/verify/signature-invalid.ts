import { HooklineError } from '../errors.ts';

/** Why a message must not be trusted. An honest sender with a wrong key or clock causes only the last three. */
export type SignatureInvalidReason =
  | 'missing_header'
  | 'duplicate_header'
  | 'malformed_id'
  | 'malformed_timestamp'
  | 'malformed_signature'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'invalid_signature';

/** A received message must not be trusted: answer 400 or 401. */
export class SignatureInvalid extends HooklineError {
  override readonly name = 'SignatureInvalid';
  readonly reason: SignatureInvalidReason;

  constructor(reason: SignatureInvalidReason, message: string) {
    super('signature_invalid', message);
    this.reason = reason;
  }
}
