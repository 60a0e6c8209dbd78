import { mountControl } from './control.ts';
import { type Call, type CallFilter, CallLog, type Exchange } from './core/call-log.ts';
import { type ClockOptions, MovableClock } from './core/clock.ts';
import { createServer } from './core/create-server.ts';
import type { EmulatorContext } from './core/emulator.ts';
import { type Fault, Faults } from './core/faults.ts';
import type { Decision } from './core/oauth/records.ts';
import { createSendPush } from './core/send-push.ts';
import { createDiscord } from './discord/discord.ts';
import { createGitHub } from './github/github.ts';
import { createGoogle } from './google/google.ts';
import { type Origins, originsAt } from './origins.ts';
import { createSlack } from './slack/slack.ts';
import { createSpotify } from './spotify/spotify.ts';

export interface EmulatorsOptions {
  /** Default: a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  clock?: ClockOptions;
}

export interface Emulators {
  /** Such as `http://127.0.0.1:9000`. */
  readonly url: string;
  readonly origins: Origins;
  readonly clock: MovableClock;
  readonly github: ReturnType<typeof createGitHub>['operations'];
  readonly google: ReturnType<typeof createGoogle>['operations'];
  readonly slack: ReturnType<typeof createSlack>['operations'];
  readonly spotify: ReturnType<typeof createSpotify>['operations'];
  readonly discord: ReturnType<typeof createDiscord>['operations'];
  /** Disturbs the next requests that match. */
  injectFault(fault: Fault): void;
  clearFaults(): void;
  /** The newest 20,000 requests, oldest first, without secrets. */
  calls(filter?: CallFilter): Call[];
  /** How often each refresh token was exchanged. */
  exchanges(): Exchange[];
  clearLog(): void;
  /** Decides on the consent page at that address as a person would. The address of the callback. */
  consent(authorizationUrl: string, decision?: Partial<Decision>): string;
  close(): Promise<void>;
}

/** Starts the emulated providers on one loopback address. */
export async function startEmulators(options: EmulatorsOptions = {}): Promise<Emulators> {
  const clock = new MovableClock(options.clock);
  const log = new CallLog();
  const faults = new Faults();
  let url = '';
  const closing = new AbortController();
  const send = createSendPush(closing.signal);
  const context: EmulatorContext = { clock, log, url: () => url, send };
  const github = createGitHub(context);
  const google = createGoogle(context);
  const slack = createSlack(context);
  const spotify = createSpotify(context);
  const discord = createDiscord(context);
  const emulators = [github.emulator, google.emulator, slack.emulator, spotify.emulator, discord.emulator];

  const app = createServer({ emulators, clock, log, faults });
  const consent = (authorizationUrl: string, decision: Partial<Decision> = {}) => {
    const { host, pathname } = new URL(authorizationUrl);
    const emulator = emulators.find(({ consentPaths }) =>
      [pathname, `/${host}${pathname}`].some((path) => consentPaths.includes(path)),
    );
    if (emulator === undefined) {
      throw new RangeError('No emulated provider has that authorization address.');
    }
    return emulator.consent(authorizationUrl, { approve: true, ...decision });
  };
  mountControl(app, { emulators, clock, log, faults, url: () => url });
  url = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });

  return {
    url,
    origins: originsAt(url),
    clock,
    github: github.operations,
    google: google.operations,
    slack: slack.operations,
    spotify: spotify.operations,
    discord: discord.operations,
    injectFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    calls: (filter) => log.calls(filter),
    exchanges: () => log.exchanges(),
    clearLog: () => log.clear(),
    consent,
    async close() {
      closing.abort();
      await app.close();
    },
  };
}
