import type { Emulators } from '@hookline/emulators';

/** The operations of one emulated provider, called over HTTP. */
type Remote<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (input: infer Input) => infer Result
    ? (input: Input) => Promise<Awaited<Result>>
    : never;
};

/** Emulated providers that run in another process. */
export interface EmulatorsClient {
  /** Such as `http://127.0.0.1:9100`. */
  readonly url: string;
  readonly origins: Emulators['origins'];
  readonly github: Remote<Emulators['github']>;
  readonly google: Remote<Emulators['google']>;
  readonly slack: Remote<Emulators['slack']>;
  readonly spotify: Remote<Emulators['spotify']>;
  readonly discord: Remote<Emulators['discord']>;
}

const TIMEOUT_MS = 30_000;

/** @throws if no emulators answer at that address */
export async function connectEmulators(url: string): Promise<EmulatorsClient> {
  const state = await callEmulators<{ origins: Emulators['origins'] }>(`${url}/_control`);
  return {
    url,
    origins: state.origins,
    github: remoteOperations(url, 'github'),
    google: remoteOperations(url, 'google'),
    slack: remoteOperations(url, 'slack'),
    spotify: remoteOperations(url, 'spotify'),
    discord: remoteOperations(url, 'discord'),
  };
}

function remoteOperations<Operations>(url: string, provider: string): Remote<Operations> {
  const call = (_: object, name: string | symbol) => (input: unknown) =>
    callEmulators(`${url}/_control/${provider}/${String(name)}`, input);
  return new Proxy({}, { get: call }) as Remote<Operations>;
}

async function callEmulators<T>(address: string, body?: unknown): Promise<T> {
  const answer = await fetch(address, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address} was answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}
