/** The client ids of the applications that are there from the start. */
export const EMULATED_CLIENTS = {
  githubApp: 'emulated-github-app',
  githubOAuthApp: 'emulated-github-oauth-app',
  google: 'emulated-google-app',
  /** Its consent screen is in testing. */
  googleTesting: 'emulated-google-app-testing',
  slack: 'emulated-slack-app',
  /** Without token rotation. */
  slackPlain: 'emulated-slack-app-plain',
  spotify: 'emulated-spotify-app',
  discord: 'emulated-discord-app',
} as const;

/** The secret of these applications. */
export const DEFAULT_CLIENT_SECRET = 'emulated-client-secret';

/** By which the pushes of the Slack applications are signed. */
export const DEFAULT_SIGNING_SECRET = 'emulated-signing-secret';

/** The Cloud project of the Google applications. */
export const DEFAULT_GOOGLE_PROJECT = 'emulated-project';
