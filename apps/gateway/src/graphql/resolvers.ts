import { operations } from '@hookline/contracts';
import { objectMembers, rootSlice } from '@hookline/json';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Reader } from './reader.ts';

/** A larger payload is left out: read the event for it. */
const MAX_PAYLOAD_BYTES = 256 * 1024;

type Values = Readonly<Record<string, unknown>>;
type Resolve = (source: Values, values: Values, reader: Reader) => unknown;

const {
  getConnection,
  getDelivery,
  getEndpoint,
  getEvent,
  getSource,
  listConnections,
  listDeliveries,
  listEndpoints,
  listEvents,
  listSources,
} = operations;

const RESOLVERS: Readonly<Record<string, Readonly<Record<string, Resolve>>>> = {
  Query: {
    event: (_source, values, reader) => reader.readOne(getEvent, values),
    events: (_source, values, reader) => reader.readPage(listEvents, values),
    delivery: (_source, values, reader) => reader.readOne(getDelivery, values),
    deliveries: (_source, values, reader) => reader.readPage(listDeliveries, values),
    endpoint: (_source, values, reader) => reader.readOne(getEndpoint, values),
    endpoints: (_source, values, reader) => reader.readPage(listEndpoints, values),
    source: (_source, values, reader) => reader.readOne(getSource, values),
    sources: (_source, values, reader) => reader.readPage(listSources, values),
    connection: (_source, values, reader) => reader.readOne(getConnection, values),
    connections: (_source, values, reader) => reader.readPage(listConnections, values),
  },
  Event: {
    deliveries: ({ id }, values, reader) => reader.readPage(listDeliveries, { ...values, eventId: id }),
    async payload({ id, sizeBytes }, _values, reader) {
      if (Number(sizeBytes) > MAX_PAYLOAD_BYTES) return null;
      const answer = await reader.readBytes(getEvent, { id });
      if (answer === undefined) return null;
      const data = objectMembers(answer, rootSlice(answer)).get('data');
      const payload = data && objectMembers(answer, data.value).get('payload');
      const text = payload && answer.toString('utf8', payload.value.start, payload.value.end);
      return text === undefined || text === 'null' ? null : text;
    },
  },
  Delivery: {
    event: ({ eventId }, _values, reader) => reader.readOne(getEvent, { id: eventId }),
    endpoint: ({ webhookId }, _values, reader) => reader.readOne(getEndpoint, { id: webhookId }),
    async attempts({ id }, { first }, reader) {
      const delivery = await reader.readOne(getDelivery, { id });
      return ((delivery?.['attemptLog'] as unknown[]) ?? []).slice(-Number(first));
    },
  },
  Endpoint: {
    deliveries: ({ id }, values, reader) => reader.readPage(listDeliveries, { ...values, webhookId: id }),
  },
};

/** Marks a field that is read by a call, for `measureQuery`. */
export const READ_BY_CALL = { isReadByCall: true } as const;

/** Gives the fields of the schema their resolvers. */
export function attachResolvers(schema: GraphQLSchema): void {
  for (const [type, fields] of Object.entries(RESOLVERS)) {
    const definitions = (schema.getType(type) as GraphQLObjectType).getFields();
    for (const [name, resolve] of Object.entries(fields)) {
      const definition = definitions[name];
      if (definition === undefined) throw new Error(`the schema has no field ${type}.${name}`);
      definition.resolve = resolve;
      definition.extensions = READ_BY_CALL;
    }
  }
  // Read with the delivery, under the name that the schema has for the list of attempts.
  const { attemptCount } = (schema.getType('Delivery') as GraphQLObjectType).getFields();
  if (attemptCount) attemptCount.resolve = ({ attempts }: Values) => attempts;
}
