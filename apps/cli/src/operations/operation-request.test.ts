import { readFileSync } from 'node:fs';
import { operations } from '@hookline/contracts';
import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { RESOURCES } from '../commands/resources.ts';
import { addOperation, type OperationRequest, type OperationShape } from './operation-request.ts';

function parse(name: keyof typeof operations, argv: readonly string[]): OperationRequest {
  const command = new Command('test').exitOverride().configureOutput({ writeErr: () => {} });
  const toRequest = addOperation(command, operations[name] as unknown as OperationShape);
  let request: OperationRequest = {};
  command.action((...args: unknown[]) => {
    request = toRequest(args, command.opts());
  });
  command.parse(argv, { from: 'user' });
  return request;
}

test('filters of a list are the query parameters of its operation', () => {
  const argv = [
    '--event-type',
    'github.*',
    '--processed',
    '--start-date',
    '2026-12-01',
    '--provider-delivery-id',
    'x',
  ];
  expect(parse('listEvents', argv)).toEqual({
    query: { eventType: 'github.*', processed: true, startDate: '2026-12-01', providerDeliveryId: 'x' },
  });
  expect(parse('listEvents', ['--processed=false'])).toEqual({ query: { processed: false } });
});

test('a path becomes arguments, and a body becomes options', () => {
  expect(
    parse('patchEndpoint', [
      'ep_1',
      '--name',
      'n',
      '--max-retries',
      '3',
      '--active',
      'false',
      '--filter',
      'null',
    ]),
  ).toMatchObject({
    params: { id: 'ep_1' },
    body: { name: 'n', maxRetries: 3, active: false, filter: null },
  });
  expect(
    parse('createEndpoint', ['--name', 'n', '--url', 'http://x.test', '--events', 'a.*', '--events', 'b.*']),
  ).toMatchObject({ body: { name: 'n', url: 'http://x.test', events: ['a.*', 'b.*'] } });
});

test('a field with a default may be left out, because the gateway fills it in', () => {
  expect(parse('createConnectionLink', ['--provider', 'github'])).toEqual({ body: { provider: 'github' } });
});

test('--data is the body, and options are set in it', () => {
  expect(parse('createSource', ['--data', '{"provider":"github","secret":"s"}', '--name', 'n'])).toEqual({
    body: { provider: 'github', secret: 's', name: 'n' },
  });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
  expect(parse('publishEvent', ['--type', 'a.b', '--data', '@package.json'])).toMatchObject({
    body: { type: 'a.b', data: { name: manifest.name } },
  });
});

test.each([
  ['listEvents', ['--status', 'lost']],
  ['listEvents', ['--processed', 'maybe']],
  ['createReplay', ['--selection', '{broken']],
  ['createReplay', ['--per-second', '1.5', '--selection', '{}']],
  ['createReplay', ['--data', '@/nowhere/at/all']],
  ['getEvent', []],
  ['getEvent', ['evt_1', 'evt_2']],
] as const)('a value that cannot be right is refused before anything is sent: %s %j', (name, argv) => {
  expect(() => parse(name, argv)).toThrow(CommanderError);
});

test('a missing field is named as an option', () => {
  expect(() => parse('createSource', [])).toThrow('Missing: --provider.');
});

test('every operation of the table can be written on a command line', () => {
  for (const { list, verbs } of Object.values(RESOURCES))
    for (const name of [list, ...Object.values(verbs)])
      expect(() =>
        addOperation(new Command(name), operations[name] as unknown as OperationShape),
      ).not.toThrow();
});
