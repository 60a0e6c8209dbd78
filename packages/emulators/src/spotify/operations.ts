import Type from 'typebox';
import type { EmulatorClock } from '../core/clock.ts';
import { APPLICATION_MEMBERS, applicationOf } from '../core/oauth/common-operations.ts';
import { operation } from '../core/operations.ts';
import type { SpotifyLimits } from './limits.ts';
import type { Play, Plays } from './plays.ts';
import type { SpotifyApplication, SpotifyAuthorization } from './state.ts';

const HOUR_SECONDS = 3_600;
/** Six months from the consent; an exchange does not extend it. */
const CONSENT_SECONDS = 180 * 86_400;
const DEFAULT_DEVELOPER = 'emulated-developer';

export interface SpotifyWorld {
  readonly server: SpotifyAuthorization;
  readonly clock: EmulatorClock;
  readonly limits: SpotifyLimits;
  readonly plays: Plays;
}

/** What a test or a person can do at the emulated Spotify. */
export function spotifyOperations({ server, clock, limits, plays }: SpotifyWorld) {
  let tracks = 0;
  return {
    createApplication: operation(
      Type.Object(
        {
          ...APPLICATION_MEMBERS,
          allowedAccounts: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
          developer: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      ({ allowedAccounts, developer, ...input }) => {
        const application: SpotifyApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'none' },
            accessTokenSeconds: HOUR_SECONDS,
            refreshTokenSeconds: CONSENT_SECONDS,
          }),
          allowedAccounts,
          developer: developer ?? DEFAULT_DEVELOPER,
        };
        server.applications.set(application.clientId, application);
        return { clientId: application.clientId, clientSecret: application.clientSecret };
      },
    ),
    createAccount: operation(
      Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
      ({ id }) => {
        server.accounts.set(id, { id, name: id });
        return { id };
      },
    ),
    addPlays: operation(
      Type.Object(
        {
          account: Type.String(),
          plays: Type.Array(
            Type.Object(
              {
                trackId: Type.Optional(Type.String()),
                trackName: Type.Optional(Type.String()),
                playedAtMs: Type.Optional(Type.Number({ description: 'Default: the emulated time.' })),
                visibleAfterSeconds: Type.Optional(
                  Type.Number({ minimum: 0, description: 'How late the list shows it.' }),
                ),
                missing: Type.Optional(Type.Boolean({ description: 'The list never shows it.' })),
              },
              { additionalProperties: false },
            ),
            { maxItems: 1_000 },
          ),
        },
        { additionalProperties: false },
      ),
      (input) => {
        const made = input.plays.map((play): Play => {
          tracks += 1;
          const playedAtMs = play.playedAtMs ?? clock.nowMs();
          const visible = clock.nowMs() + (play.visibleAfterSeconds ?? 0) * 1000;
          return {
            trackId: play.trackId ?? `track${String(tracks).padStart(17, '0')}`,
            trackName: play.trackName ?? `Song ${tracks}`,
            playedAtMs,
            visibleAtMs: play.missing ? Number.POSITIVE_INFINITY : visible,
          };
        });
        plays.add(server.accountNamed(input.account).id, made);
        return { plays: made.map(({ trackId, playedAtMs }) => ({ trackId, playedAtMs })) };
      },
    ),
    answerEmptyLists: operation(
      Type.Object(
        { account: Type.String(), times: Type.Integer({ minimum: 0, maximum: 1_000 }) },
        { additionalProperties: false },
      ),
      ({ account, times }) => plays.answerEmpty(server.accountNamed(account).id, times),
    ),
    setRateLimit: operation(
      Type.Object(
        { requests: Type.Integer({ minimum: 0 }), windowSeconds: Type.Number({ minimum: 1 }) },
        { additionalProperties: false },
      ),
      ({ requests, windowSeconds }) => {
        limits.requests.change(requests, windowSeconds);
      },
    ),
    /** The development-mode quota of a developer is used up for that long. */
    exhaustQuota: operation(
      Type.Object(
        { developer: Type.Optional(Type.String()), seconds: Type.Number({ minimum: 0 }) },
        { additionalProperties: false },
      ),
      ({ developer, seconds }) => {
        limits.exhaust(developer ?? DEFAULT_DEVELOPER, seconds);
      },
    ),
  };
}
