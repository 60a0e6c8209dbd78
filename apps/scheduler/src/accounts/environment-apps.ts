import { createHash } from 'node:crypto';
import type { OAuthAppSettings } from '@hookline/db/scheduler';
import { listOrigins } from '@hookline/providers';
import { listOAuthConnectables } from '../facts/require-connectable.ts';

/** An OAuth application of the installation, from variables of the environment. */
export interface EnvironmentApp {
  provider: string;
  clientId: string;
  clientSecret: string;
  settings: OAuthAppSettings;
}

/** By `<provider> <client id>`. */
export type EnvironmentApps = ReadonlyMap<string, EnvironmentApp>;

/** The variables of all applications, as the providers' definitions name them. */
export const ENVIRONMENT_APP_VARIABLES: readonly string[] = [
  ...new Set(
    listOAuthConnectables().flatMap(({ oauth }) =>
      oauth.environment.flatMap(({ clientId, clientSecret, settings = {} }) => [
        clientId,
        clientSecret,
        ...Object.values(settings).flatMap((template) =>
          [...template.matchAll(/\{([A-Z0-9_]+)\}/g)].map((match) => match[1] as string),
        ),
      ]),
    ),
  ),
];

type Variables = Readonly<Record<string, string | undefined>>;

/** @param origins to call in place of the providers', for all applications */
export function readEnvironmentApps(
  variables: Variables,
  origins: Readonly<Record<string, string>>,
): EnvironmentApps {
  const apps = new Map<string, EnvironmentApp>();
  for (const { id: provider, oauth } of listOAuthConnectables()) {
    for (const named of oauth.environment) {
      const clientId = variables[named.clientId];
      const clientSecret = variables[named.clientSecret];
      if (!clientId || !clientSecret) continue;
      const settings: OAuthAppSettings = {
        ...fillSettings(named.settings ?? {}, variables),
        ...(Object.keys(origins).length === 0 ? {} : { origins: { ...origins } }),
      };
      apps.set(`${provider} ${clientId}`, { provider, clientId, clientSecret, settings });
    }
  }
  return apps;
}

/** An application with an id but no secret, or the other way round, is a mistake. */
export function findEnvironmentAppProblems(variables: Variables): string[] {
  const problems = new Set<string>();
  for (const { oauth } of listOAuthConnectables()) {
    for (const { clientId, clientSecret } of oauth.environment) {
      if (variables[clientId] && !variables[clientSecret])
        problems.add(`${clientSecret}: is missing, and ${clientId} is set`);
      if (variables[clientSecret] && !variables[clientId])
        problems.add(`${clientId}: is missing, and ${clientSecret} is set`);
    }
  }
  return [...problems];
}

/** @returns only the settings whose variables all have values */
function fillSettings(templates: Readonly<Record<string, string>>, variables: Variables): OAuthAppSettings {
  const filled: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    let isComplete = true;
    const text = template.replaceAll(/\{([A-Z0-9_]+)\}/g, (_, variable: string) => {
      const value = variables[variable];
      if (!value) isComplete = false;
      return value ?? '';
    });
    if (isComplete) filled[name] = text;
  }
  return filled as OAuthAppSettings;
}

/** `HOOKLINE_PROVIDER_ORIGINS`: a JSON object of addresses. @throws Error in words */
export function parseOrigins(text: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('must be a JSON object of addresses, such as {"https://api.github.com": "http://…"}');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('must be a JSON object of addresses');
  const known = [...new Set(listOAuthConnectables().flatMap(listOrigins))].sort();
  for (const [from, to] of Object.entries(value)) {
    if (!known.includes(from))
      throw new Error(`"${from}" must be an origin of a provider: one of ${known.join(', ')}`);
    if (typeof to !== 'string' || !URL.canParse(to))
      throw new Error(`the value of "${from}" must be an address`);
  }
  return value as Record<string, string>;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The same on every replica and at every start: a ULID of time 0, made of the names of the application. */
export function environmentAppId(provider: string, clientId: string): string {
  const hash = createHash('sha256').update(`${provider}\n${clientId}`).digest();
  let text = '';
  for (let index = 0; index < 16; index++) text += CROCKFORD.charAt((hash[index] as number) % 32);
  return `oap_${'0'.repeat(10)}${text}`;
}
