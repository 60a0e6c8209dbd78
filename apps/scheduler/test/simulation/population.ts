import { type Connectable, getConnectable } from '@hookline/providers';
import type { AppFacts } from '../../src/facts/app-facts.ts';
import type { ConnectionFacts } from '../../src/facts/connection-facts.ts';
import { DAY_MS } from './faults.ts';

export const PLATFORMS = ['github', 'gmail', 'youtube', 'slack', 'spotify', 'discord'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** An OAuth application and the life of its tokens. */
export interface SimulatedApp {
  readonly facts: AppFacts;
  readonly connectable: Connectable;
  /** Undefined: its tokens do not expire. */
  readonly tokenLifeSeconds: number | undefined;
}

export interface SimulatedConnection {
  readonly facts: ConnectionFacts;
  readonly app: SimulatedApp;
  /** Since the start. */
  readonly connectMs: number;
  /** When the person withdraws the grant; undefined: never. */
  readonly revokeMs: number | undefined;
  readonly resources: readonly { readonly id: string; readonly name: string }[];
}

interface AppShare {
  readonly id: string;
  readonly platform: Platform;
  /** Of the connections of the platform. */
  readonly share: number;
  readonly settings?: AppFacts['settings'];
  readonly tokenLifeSeconds?: number;
}

const APPS: readonly AppShare[] = [
  { id: 'oap_github', platform: 'github', share: 0.5 },
  {
    id: 'oap_github_app',
    platform: 'github',
    share: 0.5,
    settings: { kind: 'github_app' },
    tokenLifeSeconds: 28_800,
  },
  { id: 'oap_gmail', platform: 'gmail', share: 1, tokenLifeSeconds: 3_599 },
  { id: 'oap_youtube', platform: 'youtube', share: 1, tokenLifeSeconds: 3_599 },
  { id: 'oap_slack', platform: 'slack', share: 0.45, settings: { distribution: 'marketplace' } },
  {
    id: 'oap_slack_rotating',
    platform: 'slack',
    share: 0.5,
    settings: { distribution: 'internal' },
    tokenLifeSeconds: 43_200,
  },
  { id: 'oap_slack_other', platform: 'slack', share: 0.05, settings: { distribution: 'other' } },
  // One developer, whose applications Spotify counts together.
  {
    id: 'oap_spotify_1',
    platform: 'spotify',
    share: 0.7,
    settings: { quotaGroup: 'developer' },
    tokenLifeSeconds: 3_600,
  },
  {
    id: 'oap_spotify_2',
    platform: 'spotify',
    share: 0.3,
    settings: { quotaGroup: 'developer' },
    tokenLifeSeconds: 3_600,
  },
  { id: 'oap_discord', platform: 'discord', share: 1, tokenLifeSeconds: 604_800 },
];

const TENANTS = 200;
/** All accounts are connected within this time, as in a migration: the hardest case for spreading. */
const CONNECT_WITHIN_MS = 600_000;

/** Accounts of a number of tenants, of which the first one has about a sixth. */
export function createPopulation(
  count: number,
  platforms: readonly Platform[],
  random: () => number,
): SimulatedConnection[] {
  const apps = APPS.map(({ id, platform, settings = {}, tokenLifeSeconds }) => ({
    platform,
    app: {
      facts: { id, tenant: undefined, provider: platform, clientId: id, clientSecret: () => '', settings },
      connectable: connectableOf(platform),
      tokenLifeSeconds,
    } satisfies SimulatedApp,
  }));
  return Array.from({ length: count }, (_, index) => {
    const platform = platforms[index % platforms.length] as Platform;
    const ofPlatform = APPS.filter((app) => app.platform === platform);
    const draw = random();
    const sums = ofPlatform.map((_, last) =>
      ofPlatform.slice(0, last + 1).reduce((sum, { share }) => sum + share, 0),
    );
    const chosen = ofPlatform[sums.findIndex((sum) => sum > draw)] ?? ofPlatform.at(-1);
    const app = apps.find(({ app: { facts } }) => facts.id === chosen?.id)?.app as SimulatedApp;
    return {
      facts: {
        id: `con_${index}`,
        tenant: `tenant${tenantOf(random())}`,
        provider: platform,
        appId: app.facts.id,
        accountId: `account${index}`,
        accountName: undefined,
        settings: {},
        scopesGranted: undefined,
        status: 'connected',
      },
      app,
      connectMs: (random() < 0.98 ? CONNECT_WITHIN_MS : 6 * DAY_MS) * random(),
      revokeMs: random() < 0.01 ? (1 + 6 * random()) * DAY_MS : undefined,
      resources: resourcesOf(app.facts, random),
    };
  });
}

/** Tenant n has about 1/n of the first one's accounts. */
const tenantOf = (draw: number) => Math.floor(TENANTS ** draw);

function resourcesOf(
  { id, provider }: AppFacts,
  random: () => number,
): { readonly id: string; readonly name: string }[] {
  const most = id === 'oap_slack_other' ? 300 : provider === 'slack' ? 5 : provider === 'github' ? 3 : 0;
  // A few workspaces have so many channels that their quota is short.
  const least = id === 'oap_slack_other' && random() > 0.05 ? 0 : most / 2;
  const count = Math.floor(least + (least > 0 ? random() * (most / 2) : random() * Math.min(most, 5)));
  return Array.from({ length: count }, (_, index) => ({ id: `r${index}`, name: `r${index}` }));
}

export function connectableOf(platform: Platform): Connectable {
  const connectable = getConnectable(platform);
  if (connectable === undefined) throw new Error(`unknown: ${platform}`);
  return connectable;
}
