import { nameOfPattern, namesOfEventType, nearestNames, SCHEDULE_TYPE_PREFIX } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { getProvider } from '@hookline/providers';
import { BUILT_IN_TYPES, isBuiltInType, readEventTypes } from './read-event-types.ts';

export interface UnknownType {
  pattern: string;
  message: string;
}

/** Most patterns to find similar names for: each search compares all names. */
const MAX_WITH_NEAREST = 10;

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(
  // The scheduler publishes events of schedules, whatever their names are.
  [...BUILT_IN_TYPES.map(({ type }) => type), `${SCHEDULE_TYPE_PREFIX}name`].flatMap(namesOfEventType),
);

/**
 * The patterns that name no type that was ever listed or sent, with an explanation.
 * @param tenant undefined: the tenants' own types are unknown, so the result is empty
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
          ? 'GET /api/webhooks/events/types lists the known types.'
          : `Did you mean ${nearest.join(' or ')}?`;
      return {
        pattern,
        message: `No event of the type ${name} was ever listed or sent, so the pattern matches nothing until one is sent. ${suggestion}`,
      };
    });
}

/** A listed type includes its actions: `github.workflow_job.completed`. */
function isBuiltIn(name: string): boolean {
  if (BUILT_IN_NAMES.has(name) || name.startsWith(SCHEDULE_TYPE_PREFIX)) return true;
  const provider = getProvider(name.slice(0, name.indexOf('.')));
  return provider?.actionInType === true && isBuiltInType(name.slice(0, name.lastIndexOf('.')));
}

/** Types with this name after their provider's id, or else types with a similar name. */
function suggestTypes(name: string, types: readonly string[]): string[] {
  const withProvider = types.filter((type) => {
    const rest = type.slice(type.indexOf('.') + 1);
    return rest === name || name.startsWith(`${rest}.`);
  });
  if (withProvider.length > 0) return withProvider.slice(0, 3);
  return nearestNames(name, types);
}
