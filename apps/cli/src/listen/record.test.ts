import { expect, test } from 'vitest';
import { feedEvent } from '../../fixtures/feed-event.ts';
import { describeRecord, readRecord } from './record.ts';

test('a recorded request is read with the same bytes', () => {
  const original = {
    method: 'PUT',
    pathSuffix: '/a',
    query: 'x=1',
    headers: [
      ['x-twice', '1'],
      ['x-twice', '2'],
    ] as const,
    body: Buffer.from([0, 0xff, 10]),
    calledUrl: 'https://hooks.example.com/in/abc/a?x=1',
    isProviders: true,
    withheld: ['x-gitlab-token'],
  };
  const event = feedEvent();
  const line = JSON.stringify(
    describeRecord({ event, cursor: 'c', target: undefined, state: 'done', attempts: 1, original }),
  );
  const { data: _data, ...attributes } = event;
  expect(readRecord(line)).toEqual({ event: { ...attributes, data: null, dataOmitted: true }, original });
});

test('an event that was not forwarded has no request to send', () => {
  const line = JSON.stringify(
    describeRecord({ event: feedEvent(), cursor: 'c', target: undefined, state: 'skipped', attempts: 0 }),
  );
  expect(readRecord(line)).toBeUndefined();
});

test.each([['{}'], ['{"event":{"id":"x","type":"y"},"request":{}}'], ['null'], ['{']])(
  'any other line is refused: %s',
  (line) => {
    expect(() => readRecord(line)).toThrow();
  },
);
