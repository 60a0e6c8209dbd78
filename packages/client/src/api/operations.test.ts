import {
  API_OPERATIONS,
  type ApiErrorCode,
  type Delivery,
  type Endpoint,
  type ReceivedEvent,
} from '@hookline/contracts';
import { expect, expectTypeOf, test } from 'vitest';
import type { Hookline } from '../create-client.ts';
import type { HooklineErrorCode } from '../errors.ts';
import type { EventData } from '../event-map.ts';
import type { Pages } from '../resources/pages.ts';
import type { EventsToPublish } from '../resources/resource-types.ts';
import { RESOURCES } from '../resources/resources.ts';
import type { OperationAnswer, OperationName, OperationRequest } from './operations.ts';
import { ROUTES } from './routes.ts';

// The compiler checks the types here (tsconfig.tests.json).

test('an answer has the type of its schema', () => {
  expectTypeOf<OperationAnswer<'createEndpoint'>['data']['secret']>().toEqualTypeOf<string>();
  expectTypeOf<OperationAnswer<'createEndpoint'>['data']>().toExtend<Endpoint>();
  expectTypeOf<OperationAnswer<'listEvents'>['data']>().toEqualTypeOf<ReceivedEvent[]>();
  expectTypeOf<OperationAnswer<'listEvents'>['page']['nextCursor']>().toEqualTypeOf<string | null>();
  expectTypeOf<
    OperationAnswer<'getDelivery'>['data']['attemptLog'][number]['durationMs']
  >().toEqualTypeOf<number>();
  expectTypeOf<OperationAnswer<'getQueueStats'>['data']['paused']>().toEqualTypeOf<boolean>();
  expectTypeOf<OperationAnswer<'getRawEventRequest'>>().toEqualTypeOf<Uint8Array>();
});

test('no answer is unknown or any', () => {
  type Untyped = {
    [Name in OperationName]: unknown extends OperationAnswer<Name>
      ? Name
      : OperationAnswer<Name> extends { data: infer Data }
        ? unknown extends Data
          ? Name
          : never
        : never;
  }[OperationName];
  expectTypeOf<Untyped>().toEqualTypeOf<never>();
});

test('a call takes the parts of its operation', () => {
  expectTypeOf<OperationRequest<'getEndpoint'>['params']>().toEqualTypeOf<{ id: string }>();
  expectTypeOf<{ query: { limit: 10; status: 'dead_letter' } }>().toExtend<OperationRequest<'listEvents'>>();
  expectTypeOf<{ query: { status: 'lost' } }>().not.toExtend<OperationRequest<'listEvents'>>();
  expectTypeOf<{ body: { type: 'order.paid'; data: 1 } }>().toExtend<OperationRequest<'publishEvent'>>();
  expectTypeOf<{ body: { type: 'order.paid' } }>().not.toExtend<OperationRequest<'publishEvent'>>();
  expectTypeOf<{ params: { id: 'x' }; body: { active: false; filter: null } }>().toExtend<
    OperationRequest<'updateEndpoint'>
  >();
  expectTypeOf<{ params: { id: 'x' }; body: { active: 'no' } }>().not.toExtend<
    OperationRequest<'updateEndpoint'>
  >();
});

test('a field with a default may be left out, also in a nested object and in a query', () => {
  expectTypeOf<{ body: { provider: 'github' } }>().toExtend<OperationRequest<'createConnectionLink'>>();
  expectTypeOf<{ body: { provider: 'github'; expiresInSeconds: 60 } }>().toExtend<
    OperationRequest<'createConnectionLink'>
  >();
  expectTypeOf<{ body: { provider: 'github'; expiresInSeconds: '60' } }>().not.toExtend<
    OperationRequest<'createConnectionLink'>
  >();
  type NewEndpoint = { name: 'a'; url: 'https://example.com'; events: ['*'] };
  expectTypeOf<{ body: NewEndpoint & { signing: { algorithm: 'both' } } }>().toExtend<
    OperationRequest<'createEndpoint'>
  >();
  expectTypeOf<{ body: NewEndpoint & { signing: { algorithm: 'rsa' } } }>().not.toExtend<
    OperationRequest<'createEndpoint'>
  >();
  expectTypeOf<{ body: { cron: '0 9 * * *' } }>().toExtend<OperationRequest<'createSchedule'>>();
  expectTypeOf<{ params: { id: 'x' }; query: { kind: 'user' } }>().toExtend<
    OperationRequest<'getConnectionToken'>
  >();
  expectTypeOf<{ query: { hours: undefined; userId: 'a' } }>().toExtend<OperationRequest<'getStatistics'>>();
});

test('a method takes the id, the body or the query, and its options', () => {
  expectTypeOf<Parameters<Hookline['endpoints']['get']>[0]>().toEqualTypeOf<string>();
  expectTypeOf<Parameters<Hookline['sources']['create']>[0]['provider']>().toEqualTypeOf<string>();
  expectTypeOf<[string, { active: false }, { query: { userId: 'a' } }]>().toExtend<
    Parameters<Hookline['endpoints']['update']>
  >();
  expectTypeOf<[]>().not.toExtend<Parameters<Hookline['endpoints']['create']>>();
  expectTypeOf<[]>().toExtend<Parameters<Hookline['keys']['create']>>();
  expectTypeOf<[]>().toExtend<Parameters<Hookline['queue']['pause']>>();
  expectTypeOf<ReturnType<Hookline['events']['list']>>().toExtend<Pages<ReceivedEvent>>();
  expectTypeOf<ReturnType<Hookline['endpoints']['publicKeys']>>().toExtend<Promise<object>>();
});

test('the data of each event of a batch has the type of its event type', () => {
  type Batch = EventsToPublish<['github.push', 'own.type']>;
  expectTypeOf<Batch['events'][0]['data']>().toEqualTypeOf<EventData<'github.push'>>();
  expectTypeOf<Batch['events'][1]['data']>().toEqualTypeOf<EventData<'own.type'>>();
  expectTypeOf<Batch['events'][0]['type']>().toEqualTypeOf<'github.push'>();
  expectTypeOf<{ events: [{ type: 'own.type'; data: 1; idempotencyKey: 'k' }]; userId: 'a' }>().toExtend<
    EventsToPublish<['own.type']>
  >();
  expectTypeOf<{ events: [{ type: 'own.type' }] }>().not.toExtend<EventsToPublish<['own.type']>>();
  expectTypeOf<{ events: { type: string; data: number }[] }>().toExtend<EventsToPublish<string[]>>();
});

test('an export gives the items that its list has', () => {
  expectTypeOf<ReturnType<Hookline['events']['export']>>().toExtend<AsyncIterable<ReceivedEvent>>();
  expectTypeOf<ReturnType<Hookline['deliveries']['export']>>().toExtend<AsyncIterable<Delivery>>();
});

test('the code of an error is one of the catalogue or one of the client', () => {
  expectTypeOf<ApiErrorCode>().toExtend<HooklineErrorCode>();
  expectTypeOf<'anything'>().not.toExtend<HooklineErrorCode>();
});

test('each operation can be called by its name, and each method has an operation of its own', () => {
  expect(Object.keys(ROUTES).sort()).toEqual(API_OPERATIONS.map(({ id }) => id).sort());
  const used = Object.values(RESOURCES).flatMap((methods) => Object.values(methods));
  expect(new Set(used).size).toBe(used.length);
});
