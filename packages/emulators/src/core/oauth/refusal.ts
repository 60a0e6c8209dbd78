export type RefusalCode =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_token'
  | 'redirect_uri_mismatch'
  | 'unknown_client'
  | 'unsupported_grant_type';

/** The authorization server refuses. Each provider words it in its own way. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** For `invalid_grant`: unknown, used, expired, revoked, redirect_uri, verifier. */
  readonly reason: string;

  constructor(code: RefusalCode, reason: string) {
    super(`${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}
