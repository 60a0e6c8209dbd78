const GOOGLE_SIGN_IN = ['https://accounts.google.com', 'https://oauth2.googleapis.com'];

/** The origins at which Hookline calls each provider. */
const ORIGINS = {
  github: ['https://github.com', 'https://api.github.com'],
  gmail: [...GOOGLE_SIGN_IN, 'https://gmail.googleapis.com'],
  youtube: [...GOOGLE_SIGN_IN, 'https://www.googleapis.com', 'https://pubsubhubbub.appspot.com'],
  slack: ['https://slack.com'],
  spotify: ['https://accounts.spotify.com', 'https://api.spotify.com'],
  discord: ['https://discord.com'],
} as const satisfies Record<string, readonly string[]>;

export type EmulatedProvider = keyof typeof ORIGINS;

/** For each provider, its real origins and their places on the emulators' server: the setting `origins` of an app. */
export type Origins = Readonly<Record<EmulatedProvider, Readonly<Record<string, string>>>>;

/** `url` is the address of the server without a path, such as `http://127.0.0.1:9000`. */
export function originsAt(url: string): Origins {
  const entries = Object.entries(ORIGINS).map(([provider, origins]) => [
    provider,
    Object.fromEntries(origins.map((origin) => [origin, `${url}/${new URL(origin).host}`])),
  ]);
  return Object.fromEntries(entries);
}
