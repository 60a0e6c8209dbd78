const GOOGLE = [
  'https://accounts.google.com',
  'https://oauth2.googleapis.com',
  'https://openidconnect.googleapis.com',
  'https://www.googleapis.com',
  'https://gmail.googleapis.com',
  'https://youtube.googleapis.com',
  'https://pubsubhubbub.appspot.com',
];

/** The hosts of each provider as Hookline names the providers. */
const ORIGINS = {
  github: ['https://github.com', 'https://api.github.com'],
  gmail: GOOGLE,
  youtube: GOOGLE,
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
