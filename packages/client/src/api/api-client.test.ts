import type { API_OPERATIONS, ApiErrorCode, Endpoint, ReceivedEvent } from '@hookline/contracts';
import { expect, expectTypeOf, test } from 'vitest';
import type { Answer, ApiClient, ApiRequest, OperationName } from './api-client.ts';
import type { ApiError } from './api-error.ts';
import { createApiClient } from './create-api-client.ts';

// The compiler checks the types here (tsconfig.tests.json).

test('an answer has the type of its schema', () => {
  expectTypeOf<Answer<'createEndpoint'>['data']['secret']>().toEqualTypeOf<string>();
  expectTypeOf<Answer<'createEndpoint'>['data']>().toExtend<Endpoint>();
  expectTypeOf<Answer<'listEvents'>['data']>().toEqualTypeOf<ReceivedEvent[]>();
  expectTypeOf<Answer<'listEvents'>['page']['nextCursor']>().toEqualTypeOf<string | null>();
  expectTypeOf<Answer<'getDelivery'>['data']['attemptLog'][number]['durationMs']>().toEqualTypeOf<number>();
  expectTypeOf<Answer<'getQueueStats'>['data']['paused']>().toEqualTypeOf<boolean>();
  expectTypeOf<Answer<'getRawEventRequest'>>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<ReturnType<ApiClient['revokeApiKey']>>().toEqualTypeOf<
    Promise<{ data: { message: string } }>
  >();
});

test('no answer is unknown or any', () => {
  type Untyped = {
    [Name in OperationName]: unknown extends Answer<Name>
      ? Name
      : Answer<Name> extends { data: infer Data }
        ? unknown extends Data
          ? Name
          : never
        : never;
  }[OperationName];
  expectTypeOf<Untyped>().toEqualTypeOf<never>();
});

test('a call takes the parts of its operation', () => {
  expectTypeOf<ApiRequest<'getEndpoint'>['params']>().toEqualTypeOf<{ id: string }>();
  expectTypeOf<{ query: { limit: 10; status: 'dead_letter' } }>().toExtend<ApiRequest<'listEvents'>>();
  expectTypeOf<{ query: { status: 'lost' } }>().not.toExtend<ApiRequest<'listEvents'>>();
  expectTypeOf<{ body: { type: 'order.paid'; data: 1 } }>().toExtend<ApiRequest<'publishEvent'>>();
  expectTypeOf<{ body: { type: 'order.paid' } }>().not.toExtend<ApiRequest<'publishEvent'>>();
  expectTypeOf<{ params: { id: 'x' }; body: { active: false; filter: null } }>().toExtend<
    ApiRequest<'updateEndpoint'>
  >();
  expectTypeOf<{ params: { id: 'x' }; body: { active: 'no' } }>().not.toExtend<
    ApiRequest<'updateEndpoint'>
  >();
});

test('a call without required parts takes no argument', () => {
  expectTypeOf<[]>().toExtend<Parameters<ApiClient['listEvents']>>();
  expectTypeOf<[]>().toExtend<Parameters<ApiClient['pauseQueue']>>();
  expectTypeOf<[]>().toExtend<Parameters<ApiClient['createApiKey']>>();
  expectTypeOf<[]>().toExtend<Parameters<ApiClient['replayDeadLetters']>>();
  expectTypeOf<[]>().not.toExtend<Parameters<ApiClient['getEndpoint']>>();
  expectTypeOf<[]>().not.toExtend<Parameters<ApiClient['createEndpoint']>>();
});

test('the code of an error is one of the catalogue or `unknown`', () => {
  expectTypeOf<ApiError['code']>().toEqualTypeOf<ApiErrorCode | 'unknown'>();
});

test('the client has one function for each operation', async () => {
  const { API_OPERATIONS: operations } = (await import('@hookline/contracts')) as {
    API_OPERATIONS: typeof API_OPERATIONS;
  };
  const client = createApiClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'k' });
  expect(Object.keys(client).sort()).toEqual(operations.map(({ id }) => id).sort());
  expect(operations.length).toBeGreaterThan(60);
});
