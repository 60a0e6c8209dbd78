import type { PushedAccount, PushSpecification, ReadPush } from '../../connections/push-specification.ts';
import { textAt, valueAt } from '../../request/json/json-access.ts';

/** A workspace, or an organisation in which the application is installed as a whole. */
const placeKey = (place: string) => `team:${place}`;
/** What only one person's token may see. */
const personKey = (place: string, user: string) => `user:${place}:${user}`;
/** A connection that has the token of one person and no other: it ends with that token. */
const soleKey = (place: string, user: string) => `sole:${place}:${user}`;
/** All connections of a place: they end when the application is removed from it. */
const memberKey = (place: string) => `in:${place}`;

function keysOf({ accountId, values, tokenKinds }: PushedAccount): string[] {
  const place = values['teamId'] ?? values['enterpriseId'] ?? accountId;
  const hasBot = tokenKinds.includes('bot');
  // With a bot, `userId` is the user of the bot.
  const user = values['personId'] ?? (hasBot ? undefined : values['userId']);
  const keys = [memberKey(place)];
  if (hasBot) keys.push(placeKey(place));
  if (tokenKinds.includes('user') && user !== undefined) {
    keys.push(personKey(place, user));
    if (!hasBot) keys.push(soleKey(place, user));
  }
  return keys;
}

/** The tokens by which the event may be seen. Slack lists one of them, which is enough for a bot. */
function keysOfEvent(payload: unknown): string[] {
  const team = textAt(payload, 'team_id') ?? textAt(payload, 'team', 'id');
  const enterprise = textAt(payload, 'enterprise_id') ?? textAt(payload, 'enterprise', 'id');
  const place = team ?? enterprise;
  const listed = valueAt(payload, 'authorizations');
  if (!Array.isArray(listed) || listed.length === 0) return place === undefined ? [] : [placeKey(place)];
  const keys = listed.flatMap((each: unknown) => {
    const isWhole = valueAt(each, 'is_enterprise_install') === true;
    const at = isWhole
      ? textAt(each, 'enterprise_id')
      : (textAt(each, 'team_id') ?? textAt(each, 'enterprise_id'));
    const user = textAt(each, 'user_id');
    if (at === undefined) return [];
    return valueAt(each, 'is_bot') === true || user === undefined ? [placeKey(at)] : [personKey(at, user)];
  });
  return [...new Set(keys)];
}

function read({ type, payload }: { type: string; payload: unknown }): ReadPush {
  const place = textAt(payload, 'team_id') ?? textAt(payload, 'enterprise_id');
  if (place !== undefined && type === 'slack.app_uninstalled') {
    const keys = [memberKey(place)];
    return { keys, grant: { change: 'revoked', keys, reason: 'app_uninstalled' } };
  }
  if (place !== undefined && type === 'slack.tokens_revoked') {
    const people = textsIn(valueAt(payload, 'event', 'tokens', 'oauth'));
    const bots = textsIn(valueAt(payload, 'event', 'tokens', 'bot'));
    const botKeys = bots.length > 0 ? [placeKey(place)] : [];
    const keys = [...people.map((user) => personKey(place, user)), ...botKeys];
    // With a bot, a connection goes on without the person's token.
    const ended = [...people.map((user) => soleKey(place, user)), ...botKeys];
    return { keys, grant: { change: 'revoked', keys: ended, reason: 'tokens_revoked' } };
  }
  return { keys: keysOfEvent(payload) };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A Slack app has one request URL for all workspaces. */
export const SLACK_PUSHES: PushSpecification = {
  identity: 'natural',
  environment: { secret: 'SLACK_SIGNING_SECRET' },
  keysOf,
  read,
  setup: [
    'At api.slack.com/apps, open the app, and under Event Subscriptions switch events on and enter {callbackUrl} as Request URL.',
    'Subscribe to the bot events message.channels, message.groups, message.im, member_joined_channel, member_left_channel, app_uninstalled and tokens_revoked.',
    'Save, and install the app in the workspace again.',
  ],
};
