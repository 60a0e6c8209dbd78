import { expect, test } from 'vitest';
import { getConnectable, listConnectables } from './connectables.ts';
import { listOrigins, listValueNames } from './known-settings.ts';

function present(name: string) {
  const found = getConnectable(name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

test('the origins of a service are those of its requests, and not those of scopes, issuers and documentation', () => {
  expect(listOrigins(present('gmail'))).toEqual([
    'https://accounts.google.com',
    'https://gmail.googleapis.com',
    'https://oauth2.googleapis.com',
  ]);
  expect(listOrigins(present('spotify'))).toEqual([
    'https://accounts.spotify.com',
    'https://api.spotify.com',
  ]);
});

test('every service that is connected by OAuth has the origins of its consent page and of its tokens', () => {
  for (const connectable of listConnectables()) {
    const { oauth } = connectable;
    if (oauth === undefined) continue;
    const expected = [oauth.authorizationUrl, oauth.tokenUrl].map((address) => new URL(address).origin);
    expect(listOrigins(connectable)).toEqual(expect.arrayContaining(expected));
  }
});

test('the values of a service are what its requests need and what its provider tells, and no secret', () => {
  expect(listValueNames(present('youtube'))).toEqual(['channelId', 'likesPlaylistId', 'uploadsPlaylistId']);
  expect(listValueNames(present('slack'))).toEqual(expect.arrayContaining(['teamId', 'personId', 'botId']));
  expect(listValueNames(present('github'))).toContain('installationId');
  for (const connectable of listConnectables()) {
    for (const secret of ['accessToken', 'refreshToken', 'secret', 'clientId'])
      expect(listValueNames(connectable)).not.toContain(secret);
  }
});
