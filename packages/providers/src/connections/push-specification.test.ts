import { expect, it } from 'vitest';
import { getConnectable, type PushedAccount } from '../index.ts';

function pushesOf(id: string) {
  const pushes = getConnectable(id)?.pushes;
  if (pushes === undefined) throw new Error(`${id} has no pushes`);
  return pushes;
}

const account = (more: Partial<PushedAccount>): PushedAccount => ({
  accountId: 'a',
  accountName: undefined,
  values: {},
  tokenKinds: ['access'],
  ...more,
});

it('a notice of Gmail is for the mailbox, whatever its case, and its history id is no cursor', () => {
  const { keysOf, read } = pushesOf('gmail');
  expect(keysOf(account({ accountId: 'User@Example.com' }))).toEqual(['user@example.com']);
  const push = { emailAddress: 'user@Example.com', historyId: '7' };
  expect(read({ type: 'gmail.history', payload: push })).toEqual({
    keys: ['user@example.com'],
    polls: ['history'],
  });
});

it('an event of Slack that a bot may see is for its workspace, another one only for that person', () => {
  const { keysOf, read } = pushesOf('slack');
  // `auth.test` with the token of a bot names the user of the bot.
  const values = { teamId: 'T1', userId: 'B1', personId: 'U1' };
  const bot = keysOf(account({ values, tokenKinds: ['bot'] }));
  const both = keysOf(account({ values, tokenKinds: ['bot', 'user'] }));
  const person = keysOf(account({ values: { teamId: 'T1', userId: 'U1' }, tokenKinds: ['user'] }));
  const keysFor = (authorizations: unknown[], team: string | null = 'T1') =>
    read({ type: 'slack.message', payload: { team_id: team, enterprise_id: 'E1', authorizations } }).keys;
  const byBot = keysFor([{ team_id: 'T1', user_id: 'B1', is_bot: true }]);
  const byPerson = keysFor([{ team_id: 'T1', user_id: 'U1', is_bot: false }]);
  const shares = (a: readonly string[], b: readonly string[]) => a.some((key) => b.includes(key));
  expect([bot, both, person].map((keys) => shares(keys, byBot))).toEqual([true, true, false]);
  expect([bot, both, person].map((keys) => shares(keys, byPerson))).toEqual([false, true, true]);

  const whole = keysOf(account({ values: { enterpriseId: 'E1' }, tokenKinds: ['bot'] }));
  const toWhole = keysFor(
    [{ team_id: 'T2', enterprise_id: 'E1', user_id: 'B1', is_bot: true, is_enterprise_install: true }],
    'T2',
  );
  expect(shares(whole, toWhole)).toBe(true);
  expect(shares(keysFor([]), bot)).toBe(true);
});

it('Slack, GitHub and Discord say who has withdrawn a grant', () => {
  const slack = pushesOf('slack').read;
  expect(slack({ type: 'slack.app_uninstalled', payload: { team_id: 'T1' } }).grant).toEqual({
    change: 'revoked',
    keys: ['in:T1'],
    reason: 'app_uninstalled',
  });
  const github = pushesOf('github').read;
  const payload = { action: 'revoked', sender: { id: 9 } };
  expect(github({ type: 'github.github_app_authorization.revoked', payload }).grant?.keys).toEqual([
    'user:9',
  ]);
  const discord = pushesOf('discord').read;
  const data = { event: { data: { user: { id: '80' } } } };
  expect(discord({ type: 'discord.application_deauthorized', payload: data }).grant?.keys).toEqual(['80']);
});

it('the end of a token at Slack ends the connections that have no other token for their work', () => {
  const { keysOf, read } = pushesOf('slack');
  const values = { teamId: 'T1', userId: 'B1', personId: 'U1' };
  const [bot, both, person] = [['bot'], ['bot', 'user'], ['user']].map((tokenKinds) =>
    keysOf(account({ values, tokenKinds })),
  );
  const endedBy = (type: string, tokens: object) => {
    const payload = { team_id: 'T1', event: { tokens } };
    const ended = read({ type, payload }).grant?.keys ?? [];
    return [bot, both, person].map((keys) => keys?.some((key) => ended.includes(key)));
  };
  expect(endedBy('slack.tokens_revoked', { oauth: ['U1', 7], bot: [] })).toEqual([false, false, true]);
  expect(endedBy('slack.tokens_revoked', { oauth: ['U2'], bot: [] })).toEqual([false, false, false]);
  expect(endedBy('slack.tokens_revoked', { oauth: [], bot: ['B1'] })).toEqual([true, true, false]);
  expect(endedBy('slack.app_uninstalled', {})).toEqual([true, true, true]);
});

it('an installation of a GitHub App is a key of the person who made it until it is deleted', () => {
  const { keysOf, read, listedKeys } = pushesOf('github');
  expect(keysOf(account({ accountId: '9' }))).toEqual(['user:9']);
  expect(listedKeys?.keyOf({ id: 5 })).toBe('installation:5');
  const payload = { installation: { id: 5 }, sender: { id: 9 } };
  expect(read({ type: 'github.installation.created', payload }).routes).toEqual({
    change: 'added',
    key: 'installation:5',
    of: 'user:9',
  });
  const other = { keys: ['installation:5'], unlessOtherKey: 'installation:' };
  expect(read({ type: 'github.installation.deleted', payload })).toMatchObject({
    routes: { change: 'removed', key: 'installation:5' },
    grant: { change: 'revoked', reason: 'installation_deleted', ...other },
  });
  for (const [action, change] of [
    ['suspend', 'suspended'],
    ['unsuspend', 'restored'],
  ]) {
    const told = read({ type: `github.installation.${action}`, payload });
    expect(told).toMatchObject({ grant: { change, ...other } });
    expect(told.routes).toBeUndefined();
  }
  expect(read({ type: 'github.push', payload })).toEqual({ keys: ['installation:5'] });
});

it.each(['gmail', 'slack', 'github', 'discord'])(
  'a push of %s in any form is read without an error',
  (id) => {
    const { read, setup } = pushesOf(id);
    for (const payload of [null, 7, 'x', [], {}, { event: 5 }, { authorizations: [null, 3, {}] }]) {
      for (const type of [
        'slack.tokens_revoked',
        'slack.app_uninstalled',
        'github.installation.created',
        'x.y',
      ])
        expect(read({ type, payload }).keys).toEqual([]);
    }
    expect(setup.join()).toContain('{callbackUrl}');
  },
);
