import { expect, test } from 'vitest';
import { decideAction } from './decide-action.ts';

const NOW = Date.UTC(2026, 11, 1);
const at = (seconds: number) => new Date(NOW + seconds * 1_000);
const gmail = { renewEverySeconds: 86_400 };
const hook = { check: {} as never };

test('a watch is made, waits a minute for its confirmation, and is then renewed or checked', () => {
  const made = { status: 'pending', registeredAt: at(-20), expiresAt: null } as const;
  expect(decideAction({ status: 'pending', registeredAt: null, expiresAt: null }, hook, NOW)).toEqual({
    action: 'register',
  });
  expect(decideAction(made, hook, NOW)).toEqual({ action: 'wait', seconds: 40 });
  expect(decideAction({ ...made, registeredAt: at(-60) }, hook, NOW).action).toBe('give-up-waiting');
  const verified = { status: 'verified', registeredAt: at(-86_400), expiresAt: at(86_400) } as const;
  expect(decideAction(verified, gmail, NOW).action).toBe('renew');
  expect(decideAction({ ...verified, expiresAt: null }, hook, NOW).action).toBe('check');
  expect(decideAction({ ...verified, status: 'unverified' }, gmail, NOW).action).toBe('renew');
});

test('a watch that has ended is made again, and one that is being stopped is left alone', () => {
  const ended = { status: 'verified', registeredAt: at(-700_000), expiresAt: at(-1) } as const;
  expect(decideAction(ended, gmail, NOW).action).toBe('register');
  expect(decideAction({ ...ended, status: 'stopping' }, gmail, NOW).action).toBe('nothing');
  // It stays unverified while it is asked for again, so that its connection does not change its status each time.
  expect(decideAction({ ...ended, status: 'unverified' }, gmail, NOW).action).toBe('renew');
});
