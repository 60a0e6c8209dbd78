import { FeedClientMessage, FeedFilter, type FeedSubscription } from '@hookline/contracts';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { FeedError } from '../hub/compile-feed-filter.ts';

const messageValidator = Compile(FeedClientMessage);
const [authenticate, subscribe, unsubscribe, pong] = FeedClientMessage.anyOf;
const messageSchemas = new Map<string, TObject>(
  Object.entries({
    authenticate,
    subscribe,
    'subscribe:webhook-events': subscribe,
    'subscribe:repository': subscribe,
    unsubscribe,
    pong,
  }),
);
const messageValidators = new Map(
  [...messageSchemas].map(([type, schema]) => [type, Compile(schema as TSchema)]),
);

export type SubscribeMessage = Extract<FeedClientMessage, { filter?: unknown }>;

/** @returns undefined for a text that is not a JSON object */
export function parseObject(data: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isClientMessage = (message: object): message is FeedClientMessage =>
  messageValidator.Check(message);

/** Describes the problem of a message by the schema of its type. */
export function describeProblem(message: object): string {
  const { type } = message as { type?: unknown };
  const validator = typeof type === 'string' ? messageValidators.get(type) : undefined;
  if (!validator) return `"type" must be one of ${[...messageValidators.keys()].join(', ')}`;
  const schema = messageSchemas.get(String(type)) as TObject;
  return describeMismatch(validator.Errors(message), schema, 'the message');
}

/** Describes the first problem of a value that does not match its schema. Names the fields that there are. */
export function describeMismatch(
  errors: ReturnType<ReturnType<typeof Compile>['Errors']>,
  schema: TObject,
  what: string,
): string {
  const problem = errors.find(({ keyword }) => keyword !== 'boolean' && keyword !== 'anyOf');
  if (!problem) return `${what} is not valid`;
  const where = problem.instancePath.slice(1) || what;
  if (!('additionalProperties' in problem.params)) return `${where} ${problem.message}`;
  const unknown = [problem.params.additionalProperties]
    .flat()
    .map((name) => `"${String(name).slice(0, 64)}"`);
  const known = where === 'filter' ? FeedFilter.properties : schema.properties;
  return `${where} does not take ${unknown.slice(0, 5).join(', ')}: it takes ${Object.keys(known).join(', ')}`;
}

/**
 * What a `subscribe` message asks for. A repository alone may stand in `data`.
 * @throws FeedError `invalid_message` if a filter stands beside `data`
 */
export function toSubscription({ type: _, data, ...request }: SubscribeMessage): FeedSubscription {
  if (data === undefined) return request;
  const beside = ['filter', 'eventType', 'repository', 'provider', 'userId'].find((name) => name in request);
  if (beside !== undefined) {
    throw new FeedError('invalid_message', `"${beside}" must not stand beside "data", which is a repository`);
  }
  return { ...request, repository: data };
}
