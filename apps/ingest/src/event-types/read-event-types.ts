import {
  APPLICATION_EVENT_TYPES,
  APPLICATION_PROVIDER,
  CONNECTION_EVENT_TYPES,
  CONNECTION_PROVIDER,
  type EventType,
  HOOKLINE_EVENT_TYPES,
  HOOKLINE_PROVIDER,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { getProvider, listConnectables, listProviders, nameEvent, polledTypesOf } from '@hookline/providers';
import type { EventTypeRow } from '../sql/event-type-row.ts';
import { listEventTypes } from '../sql/list-event-types.ts';

/** Most own types of one tenant. Further types that are only seen are not stored. */
export const MAX_OWN_TYPES = 10_000;

const builtIn = (provider: string, type: string, description: string | null): EventType => ({
  type,
  provider,
  description,
  origin: 'built_in',
});

const APPLICATION_TYPES = APPLICATION_EVENT_TYPES.map(({ type, description }) =>
  builtIn(APPLICATION_PROVIDER, type, description),
);
const ANNOUNCEMENT_TYPES = [
  ...HOOKLINE_EVENT_TYPES.map(({ type, description }) => builtIn(HOOKLINE_PROVIDER, type, description)),
  ...CONNECTION_EVENT_TYPES.map(({ type, description }) => builtIn(CONNECTION_PROVIDER, type, description)),
];
/** A service without webhooks is only polled. */
const POLLED_TYPES = listConnectables()
  .filter(({ id }) => getProvider(id) === undefined)
  .flatMap(({ id, polling = [] }) => polling.flatMap(polledTypesOf).map((type) => builtIn(id, type, null)));
const PROVIDER_TYPES = [
  ...listProviders().flatMap((provider) =>
    provider.eventTypes.map((type) => builtIn(provider.id, type, null)),
  ),
  ...POLLED_TYPES,
];

/** The types that every tenant has. */
export const BUILT_IN_TYPES: readonly EventType[] = [
  ...APPLICATION_TYPES,
  ...ANNOUNCEMENT_TYPES,
  ...PROVIDER_TYPES,
];
const BUILT_IN_NAMES: ReadonlySet<string> = new Set(BUILT_IN_TYPES.map(({ type }) => type));
export const isBuiltInType = (type: string): boolean => BUILT_IN_NAMES.has(type);

/** Application types first, then what the tenant registered or was seen to get, then those of providers. */
export async function readEventTypes(database: Database, tenant: string | undefined): Promise<EventType[]> {
  const rows =
    tenant === undefined
      ? []
      : await database.withTenant(tenant, (transaction) => listEventTypes(transaction, MAX_OWN_TYPES));
  const own = new Map(rows.map((row) => [row.type, presentEventType(row)]));
  const changed = (type: EventType): EventType => {
    const row = own.get(type.type);
    own.delete(type.type);
    return row?.origin === 'own' ? { ...row, description: row.description ?? type.description } : type;
  };
  const application = APPLICATION_TYPES.map(changed);
  const others = [...ANNOUNCEMENT_TYPES, ...PROVIDER_TYPES].map(changed);
  return [...application, ...own.values(), ...others];
}

export function presentEventType({ type, description, schema, registered }: EventTypeRow): EventType {
  return {
    type,
    provider: nameEvent(type)?.provider ?? APPLICATION_PROVIDER,
    description,
    origin: registered ? 'own' : 'seen',
    ...(schema === null ? {} : { schema }),
  };
}
