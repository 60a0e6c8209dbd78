import type { ApplicationSetup } from '../connections/application-setup.ts';

/** One project of Google may serve several services. */
export const GOOGLE_SETUP: ApplicationSetup = {
  redirect:
    'At console.cloud.google.com/auth/clients, open the client and add it under Authorized redirect URIs.',
  secret: 'At console.cloud.google.com/auth/clients, open the client and add a client secret.',
  offlineAccess:
    'Google gives a refresh token only with a new consent. Remove the application at myaccount.google.com/connections and connect the account again. Nothing else may take `access_type=offline` and `prompt=consent` from the address.',
  refreshLives: [
    {
      check: 'testing-mode',
      seconds: 604_800,
      text: 'The consent screen is in Testing: every connection ends after seven days.',
      advice: 'At console.cloud.google.com/auth/audience choose Publish app, and connect the accounts again.',
      absent: 'The refresh tokens do not end after seven days, so the consent screen is not in Testing.',
    },
  ],
};
