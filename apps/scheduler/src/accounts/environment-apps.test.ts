import { ID_PREFIX, isId } from '@hookline/contracts';
import { summarizeOptions } from '@hookline/service';
import { expect, test } from 'vitest';
import {
  environmentAppId,
  findEnvironmentAppProblems,
  parseOrigins,
  readEnvironmentApps,
} from './environment-apps.ts';

test('an application is there for each pair of an id and a secret, with the settings that are complete', () => {
  const apps = readEnvironmentApps(
    {
      GOOGLE_CLIENT_ID: 'google-id',
      GOOGLE_CLIENT_SECRET: 'google-secret',
      GOOGLE_PROJECT_ID: 'p',
      GOOGLE_PUBSUB_TOPIC: 't',
      GITHUB_APP_CLIENT_ID: 'app-id',
      GITHUB_APP_CLIENT_SECRET: 'app-secret',
      SPOTIFY_CLIENT_ID: 'without-secret',
    },
    {},
  );
  expect([...apps.keys()].sort()).toEqual(['github app-id', 'gmail google-id', 'youtube google-id']);
  expect(apps.get('gmail google-id')?.settings).toEqual({ topic: 'projects/p/topics/t' });
  expect(apps.get('youtube google-id')?.settings).toEqual({});
  expect(apps.get('github app-id')?.settings).toEqual({ kind: 'github_app' });
});

test('the log line of the start shows the names of the applications, and no secret', () => {
  const environmentAppSecrets = readEnvironmentApps(
    { SPOTIFY_CLIENT_ID: 'an-id', SPOTIFY_CLIENT_SECRET: 'a-secret-value' },
    {},
  );
  const shown = summarizeOptions({ environmentAppSecrets });
  expect(shown).toEqual({ 'environmentAppSecrets.spotify an-id': 'configured' });
});

test('an id without a secret is a problem that names the missing variable', () => {
  expect(findEnvironmentAppProblems({ SLACK_CLIENT_ID: 'x' })).toEqual([
    'SLACK_CLIENT_SECRET: is missing, and SLACK_CLIENT_ID is set',
  ]);
  expect(findEnvironmentAppProblems({ SLACK_CLIENT_ID: 'x', SLACK_CLIENT_SECRET: 'y' })).toEqual([]);
});

test('the id of an application is the same at each start, and differs between applications', () => {
  const id = environmentAppId('github', 'a');
  expect(environmentAppId('github', 'a')).toBe(id);
  expect(isId(ID_PREFIX.oauthApp, id)).toBe(true);
  expect(new Set(['b', 'c'].map((each) => environmentAppId('github', each)).concat(id)).size).toBe(3);
  expect(environmentAppId('gmail', 'a')).not.toBe(environmentAppId('youtube', 'a'));
});

test.each(['[]', '1', 'x', '{"https://api.github.com/": "http://127.0.0.1"}', '{"https://a.example": 5}'])(
  'refuses %s as origins',
  (text) => {
    expect(() => parseOrigins(text)).toThrow(/must be/);
  },
);
