import { nameOfPattern, namesOfEventType, nearestNames } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { getProvider } from '@hookline/providers';
import { BUILT_IN_TYPES, isBuiltInType, readEventTypes } from './read-event-types.ts';

export interface UnknownType {
  pattern: string;
  message: string;
}

/** For the others no similar name is looked for: each costs a look at all of them. */
const MAX_WITH_NEAREST = 10;

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(
  BUILT_IN_TYPES.flatMap(({ type }) => namesOfEventType(type)),
);

/**
 * Of patterns those that name nothing which was ever listed or sent, in words.
 * @param tenant undefined: what tenants registered or got is not known, and nothing is said
 */
export async function findUnknownTypes(
  database: Database,
  tenant: string | undefined,
  patterns: readonly string[],
): Promise<UnknownType[]> {
  const doubtful = patterns.filter((pattern) => !isBuiltIn(nameOfPattern(pattern)));
  if (doubtful.length === 0 || tenant === undefined) return [];
  const types = await readEventTypes(database, tenant);
  const known = new Set(
    types.filter(({ origin }) => origin !== 'built_in').flatMap(({ type }) => namesOfEventType(type)),
  );
  return doubtful
    .filter((pattern) => !known.has(nameOfPattern(pattern)))
    .map((pattern, index) => {
      const name = nameOfPattern(pattern);
      const nearest =
        index < MAX_WITH_NEAREST
          ? suggestTypes(
              name,
              types.map(({ type }) => type),
            )
          : [];
      const suggestion =
        nearest.length === 0
          ? 'GET /api/webhooks/events/types lists what there is.'
          : `Did you mean ${nearest.join(' or ')}?`;
      return {
        pattern,
        message: `No event of the type ${name} was ever listed or sent, so this matches nothing until one comes. ${suggestion}`,
      };
    });
}

/** An action stands below the type that is listed: `github.workflow_job.completed`. */
function isBuiltIn(name: string): boolean {
  if (BUILT_IN_NAMES.has(name)) return true;
  const provider = getProvider(name.slice(0, name.indexOf('.')));
  return provider?.actionInType === true && isBuiltInType(name.slice(0, name.lastIndexOf('.')));
}

/** Types that have the name after their provider's, or else a similar one. */
function suggestTypes(name: string, types: readonly string[]): string[] {
  const withProvider = types.filter((type) => {
    const rest = type.slice(type.indexOf('.') + 1);
    return rest === name || name.startsWith(`${rest}.`);
  });
  if (withProvider.length > 0) return withProvider.slice(0, 3);
  return nearestNames(name, types);
}
