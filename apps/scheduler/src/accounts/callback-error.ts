/**
 * Why a flow did not connect an account. A callback is called by strangers too: of its texts only a code that is known
 * gets to the application, and none to a log.
 */
export const FLOW_ERRORS = {
  access_denied: 'The person did not give the consent.',
  account_mismatch:
    'This is another account than the one of the connection. Sign in with that account, or connect this account as a new connection.',
  app_changed:
    'The addresses of the OAuth application were changed while the person was at the provider. Start again.',
  app_misconfigured:
    'The provider does not accept the OAuth application: its secret or its settings are wrong.',
  browser_mismatch: 'The flow was started in another browser. Start again.',
  connection_gone:
    'The connection that was to be connected again was deleted, so nothing is connected. Ask for a link for a new connection.',
  exchange_failed: 'The provider did not accept the code. Start again.',
  flow_expired: 'More than ten minutes have passed since the start. Start again.',
  flow_unknown: 'This address belongs to no flow that was started here, or to one that is over. Start again.',
  identity_failed: 'The provider did not tell whose account it is.',
  installation_mismatch: 'The person does not have this installation.',
  internal: 'Something went wrong on our side. Start again.',
  invalid_scope: 'The provider does not know a scope that was asked for.',
  link_ended: 'This link was used before, or it has ended. Ask for a new one.',
  permission_missing:
    'The person did not allow what shows whose account it is. Start again, and leave that permission ticked on the page of the provider.',
  provider_error: 'The provider ended the flow with an error.',
  provider_unavailable: 'The provider does not respond. Start again later.',
  server_error: 'The provider has a problem. Start again later.',
  temporarily_unavailable: 'The provider has a problem. Start again later.',
  wrong_callback:
    'The flow was started for another provider, and this is not its redirect address. Check the redirect address that is registered at the provider.',
} as const satisfies Record<string, string>;

export type FlowErrorCode = keyof typeof FLOW_ERRORS;

export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: FlowErrorCode;
  /** For `permission_missing`: the scopes of which one is needed. */
  readonly missing: readonly string[];

  constructor(code: FlowErrorCode, options: ErrorOptions & { missing?: readonly string[] } = {}) {
    const { missing = [] } = options;
    super(
      missing.length === 0 ? FLOW_ERRORS[code] : `${FLOW_ERRORS[code]} (${missing.join(' or ')})`,
      options,
    );
    this.code = code;
    this.missing = missing;
  }
}

/** Codes that providers send to the callback, and what they mean. */
const PROVIDER_CODES: Readonly<Record<string, FlowErrorCode>> = {
  access_denied: 'access_denied',
  // Spotify and Slack
  user_denied: 'access_denied',
  invalid_scope: 'invalid_scope',
  invalid_client: 'app_misconfigured',
  unauthorized_client: 'app_misconfigured',
  redirect_uri_mismatch: 'app_misconfigured',
  bad_redirect_uri: 'app_misconfigured',
  application_suspended: 'app_misconfigured',
  server_error: 'server_error',
  temporarily_unavailable: 'temporarily_unavailable',
};

/** The meaning of the parameter `error` of a callback, whatever its text is. */
export function meaningOfCallbackError(text: string): FlowErrorCode {
  return (Object.hasOwn(PROVIDER_CODES, text) ? PROVIDER_CODES[text] : undefined) ?? 'provider_error';
}
