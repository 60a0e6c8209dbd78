import { expect, test } from 'vitest';
import { commandLinesOf } from './command-lines.ts';

test('a change is shown as the call of the API and as a command, with the same parts', () => {
  expect(commandLinesOf('retryEvent', { params: { id: 'evt_1' }, query: { userId: 'acme corp' } })).toEqual({
    curl: 'curl -X POST "$HOOKLINE_URL/api/webhook-events/evt_1/retry?userId=acme+corp" \\\n  -H "Authorization: Bearer $HOOKLINE_KEY"',
    cli: "hookline events retry evt_1 \\\n  --user-id 'acme corp'",
  });
});

test('a query parameter that is undefined is in neither line', () => {
  const { curl, cli } = commandLinesOf('retryEvent', {
    params: { id: 'evt_1' },
    query: { userId: undefined },
  });
  expect(curl).toContain('/api/webhook-events/evt_1/retry"');
  expect(cli).toBe('hookline events retry evt_1');
});
