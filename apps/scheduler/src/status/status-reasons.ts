import type { ConnectionStatus } from '@hookline/contracts';

/** The reasons of a status with what they mean and what to do, for people. */
export const STATUS_REASONS = {
  invalid_grant:
    'The provider no longer accepts the grant: it was withdrawn, has ended, or was replaced. Connect the account again',
  session_ended: 'The provider asks the person to sign in again. Connect the account again',
  refresh_interrupted:
    'An exchange of the tokens was interrupted before its answer was stored, so the new tokens were lost. Connect the account again',
  token_refused:
    'The provider refuses the access token: the person withdrew the grant, the account is locked, or another use of the same application ended the token. Connect the account again',
  account_changed: 'The token is now that of another account. Connect the account again',
  app_not_installed:
    'The application is installed nowhere that this account sees, so nothing is pushed, and nothing private is polled. GET /api/connections/:id/journey has the address where a person installs it. Or create a link with `connectionId` by POST /api/connections/links and open it with `&install=true`',
  no_refresh_token:
    'The provider gave no refresh token, so the access ends with the access token. Connect the account again, with offline access',
  consent_ended: 'The consent has ended, as the provider limits its time. Connect the account again',
  unknown_error:
    'The provider refused to refresh the token for a day, with an error that Hookline does not know. Connect the account again',
  revoked: 'The person or the provider withdrew the grant. Connect the account again',
  revoked_at_provider: 'The person withdrew the grant at the provider. Connect the account again',
  tokens_revoked: 'The provider ended the tokens. Connect the account again',
  app_uninstalled:
    'The application was removed from the workspace. Install it again by connecting the account',
  installation_deleted:
    'The application is installed nowhere any more. Install it again by connecting the account',
  suspended_at_provider:
    'The application was suspended at the provider. The connection goes on by itself when that ends',
  app_misconfigured:
    "The provider refuses the OAuth application itself. Set its secret again: connecting accounts again can't help",
  requested: 'Paused by a call. Resume it to continue',
  invalid_grant_once:
    'The provider refused the refresh token once. It is tried again, because such an answer is sometimes wrong',
  refresh_under_way:
    'The token is being refreshed at this moment. If the replica that refreshes it has ended, another one goes on within half a minute',
  expires_at_once:
    'The provider gives access tokens that have ended already or end within seconds, so they cannot be used. Look at the settings of the OAuth application at the provider',
  rate_limited: 'The provider limits the rate of refreshes. It is tried again',
  provider_unavailable: 'The provider does not answer as it should. It is tried again',
  watch_failing:
    'Not everything is pushed at the moment, so some events arrive later, by polls. GET /api/webhooks/list says what is in the way',
  missing_scope:
    'Some polls or watches rest, because the person has not granted what they need. `scopes.missing` lists it, as far as the provider told. Create a link with `connectionId` by POST /api/connections/links: it asks the person for it',
  resources_not_found:
    'The account does not see some of `settings.resources`, so they are not polled. GET /api/connections/:id/journey names them',
  poll_failing:
    'A poll has failed several times in a row, so its events do not arrive. `polls` says which one and why. It is tried again',
  short_lived_token:
    'The provider gives access tokens that live for less than a minute and a half. They are refreshed once a minute at most, and besides for each call, so polls and calls take longer. Look at the settings of the OAuth application at the provider',
  answer_not_stored: 'The new tokens of the provider could not be stored. It is tried again for a day',
  unknown_answer:
    'The provider refused to refresh the token, with an unknown error. It is tried again for a day',
} as const satisfies Record<string, string>;

export type TokenReason = keyof typeof STATUS_REASONS;

const STATUS_WORDS: Readonly<Record<ConnectionStatus, string>> = {
  connected: 'works',
  refreshing: 'waits for a refresh of its token',
  degraded: 'works in part',
  needs_reauth: 'needs a new consent',
  revoked: 'has no grant any more',
  paused: 'is paused',
};

/**
 * A sentence about a connection in a status, with the reason if there are words for it. It begins with a small letter.
 * @param how of a pause that is not the only one: "still", "also"
 */
export function describeStatus(
  status: ConnectionStatus,
  reason: string | null,
  how?: 'still' | 'also',
): string {
  const words = wordsOf(reason);
  const what = how === undefined ? STATUS_WORDS[status] : STATUS_WORDS[status].replace(' ', ` ${how} `);
  return `the connection ${what}${words === undefined ? '' : `. ${words}`}`;
}

/** A text as a sentence of its own. */
export const toSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The words for a reason; undefined for a reason of which there are none. */
export function wordsOf(reason: string | null): string | undefined {
  return reason !== null && Object.hasOwn(STATUS_REASONS, reason)
    ? STATUS_REASONS[reason as TokenReason]
    : undefined;
}
