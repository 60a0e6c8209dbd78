import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordingTerminal } from '../../apps/cli/fixtures/recording-terminal.ts';
import { run } from '../../apps/cli/src/run.ts';
import { cliLines } from '../../apps/gateway/src/reference/cli-lines.ts';
import { describeOperations, exampleCall } from '../../apps/gateway/src/reference/described-operation.ts';
import { createOpenApi } from '../../packages/contracts/src/index.ts';
import type { CliCalls } from '../../packages/contracts/src/shell/index.ts';

/** The commands that the reference of the API shows, each given to the real CLI by a real shell. */

const CALLS = JSON.parse(
  readFileSync(new URL('../../apps/gateway/assets/cli-calls.json', import.meta.url), 'utf8'),
) as CliCalls;
const URL_OF_GATEWAY = 'http://gateway.test';
/** In place of the placeholder: the command looks other texts up. */
const EVENT_ID = 'evt_01BX5ZZKBKACTAV9WEVGEMMVRZ';

const shown = describeOperations(createOpenApi()).flatMap((operation) => {
  const call = exampleCall(operation);
  if (operation.id === 'getJourney') Object.assign(call.parameters, { id: EVENT_ID });
  const lines = cliLines(operation, call, CALLS);
  return lines === undefined ? [] : [{ id: operation.id, operation, call, lines }];
});

/** The words of a command as a shell reads them. */
const wordsOf = (lines: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${lines}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

interface SentRequest {
  method: string;
  url: URL;
  body: unknown;
}

/** The request that `--curl` prints. */
function readCurl(text: string): SentRequest {
  const [, ...words] = wordsOf(text.trim());
  const after = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  const url = words.find((word) => word.startsWith(URL_OF_GATEWAY));
  const body = after('--data-raw');
  return {
    method: after('-X') ?? 'GET',
    url: new URL(url ?? ''),
    body: body === undefined ? undefined : JSON.parse(body),
  };
}

test('most operations for things that the CLI manages have a command', () => {
  expect(shown.length).toBeGreaterThan(50);
});

test.each(shown)(
  'the command of $id sends the call that the page shows',
  async ({ operation, call, lines }) => {
    const [program, ...argv] = wordsOf(lines);
    expect(program).toBe('hookline');
    const env = { HOME: '/nowhere', HOOKLINE_URL: URL_OF_GATEWAY, HOOKLINE_KEY: 'hl_test' };
    const terminal = recordingTerminal({ env });
    const code = await run([...argv, '--curl'], terminal, '1.2.3');
    expect([code, terminal.written.err]).toEqual([0, '']);
    const { method, url, body } = readCurl(terminal.written.out);
    const path = operation.path.replaceAll(
      /\{(\w+)\}/g,
      (_all, name: string) => call.parameters[name] ?? name,
    );
    expect([method, decodeURIComponent(url.pathname)]).toEqual([operation.method, path]);
    for (const { name, in: place } of operation.parameters) {
      const value = call.parameters[name];
      if (place === 'query' && value !== undefined)
        expect([name, url.searchParams.get(name)]).toEqual([name, value]);
    }
    // An absent body and an empty one are the same call.
    expect(body ?? {}).toEqual(call.body ?? {});
  },
);
