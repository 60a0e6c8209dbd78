import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type Call, type CallFilter, CallLog, type Exchange } from './core/call-log.ts';
import { type ClockOptions, type EmulatorClock, MovableClock } from './core/clock.ts';
import { createServer } from './core/create-server.ts';
import type { EmulatorContext } from './core/emulator.ts';
import { type Fault, FaultSchema, Faults } from './core/faults.ts';
import type { Decision } from './core/oauth/records.ts';
import { mountOperations } from './core/operations.ts';
import { queryParameters } from './core/parameters.ts';
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
  const context: EmulatorContext = { clock, log, url: () => url };
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
  mountControl(app, { clock, log, faults, url: () => url });
  for (const { provider, operations } of emulators) mountOperations(app, `/_control/${provider}`, operations);
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
      await app.close();
      for (const emulator of emulators) await emulator.close?.();
    },
  };
}

interface ControlParts {
  readonly clock: MovableClock & EmulatorClock;
  readonly log: CallLog;
  readonly faults: Faults;
  readonly url: () => string;
}

const ClockChange = Type.Object(
  {
    advanceSeconds: Type.Optional(Type.Number()),
    setMs: Type.Optional(Type.Number({ minimum: 0 })),
    speed: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);

/** `/_control/…`: the same as the members of `Emulators`, over HTTP. */
function mountControl(app: FastifyInstance, { clock, log, faults, url }: ControlParts): void {
  const clockState = () => ({ nowMs: clock.nowMs(), now: new Date(clock.nowMs()), speed: clock.speed });
  app.get('/_control', async () => ({ url: url(), origins: originsAt(url()), clock: clockState() }));
  app.get('/_control/clock', async () => clockState());
  app.post('/_control/clock', { schema: { body: ClockChange } }, async (request) => {
    const { advanceSeconds, setMs, speed } = request.body as {
      advanceSeconds?: number;
      setMs?: number;
      speed?: number;
    };
    if (setMs !== undefined) clock.set(setMs);
    if (speed !== undefined) clock.setSpeed(speed);
    if (advanceSeconds !== undefined) clock.advance(advanceSeconds * 1000);
    return clockState();
  });
  app.get('/_control/faults', async () => faults.list());
  app.post('/_control/faults', { schema: { body: FaultSchema } }, async (request) => {
    faults.add(request.body as Fault);
    return faults.list();
  });
  app.delete('/_control/faults', async () => {
    faults.clear();
    return [];
  });
  app.get('/_control/log', async (request) => {
    const { afterN, ...filter } = queryParameters(request);
    return log.calls({ ...filter, ...(afterN !== undefined && { afterN: Number(afterN) }) });
  });
  app.delete('/_control/log', async () => {
    log.clear();
    return {};
  });
  app.get('/_control/exchanges', async () => log.exchanges());
}
