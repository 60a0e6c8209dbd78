import type { GrantChange, PushSpecification, ReadPush } from '../../connections/push-specification.ts';
import { idAt } from '../../request/json/json-access.ts';
import { API_HEADERS, API_URL } from './api.ts';

const INSTALLATION = 'installation:';
const installationKey = (id: string) => `${INSTALLATION}${id}`;
const userKey = (id: string) => `user:${id}`;

const GRANT_CHANGES: ReadonlyMap<string, Pick<GrantChange, 'change' | 'reason'>> = new Map([
  ['github.installation.deleted', { change: 'revoked', reason: 'installation_deleted' }],
  ['github.installation.suspend', { change: 'suspended', reason: 'suspended_at_provider' }],
  ['github.installation.unsuspend', { change: 'restored', reason: 'suspended_at_provider' }],
]);

/** The one webhook of a GitHub App. Installations can be several for one person, and one for several people. */
export const APP_PUSHES: PushSpecification = {
  applicationKind: { is: 'github_app', byDefault: false },
  identity: 'delivery',
  environment: { secret: 'GITHUB_APP_WEBHOOK_SECRET' },
  keysOf: ({ accountId }) => [userKey(accountId)],
  listedKeys: {
    request: {
      method: 'GET',
      url: `${API_URL}/user/installations`,
      query: { per_page: '100' },
      headers: API_HEADERS,
      authorization: 'bearer',
    },
    items: '/installations',
    pages: { by: 'link-header' },
    keyOf(item) {
      const id = idAt(item, 'id');
      return id === undefined ? undefined : installationKey(id);
    },
    suspendedAt: '/suspended_at',
    isNeeded: true,
  },
  read({ type, payload }): ReadPush {
    const installation = idAt(payload, 'installation', 'id');
    const sender = idAt(payload, 'sender', 'id');
    if (type === 'github.github_app_authorization.revoked') {
      const keys = sender === undefined ? [] : [userKey(sender)];
      return { keys, grant: { change: 'revoked', keys, reason: 'revoked_at_provider' } };
    }
    const keys = installation === undefined ? [] : [installationKey(installation)];
    const [key] = keys;
    if (key === undefined) return { keys };
    const grant = GRANT_CHANGES.get(type);
    if (grant !== undefined) {
      const isRemoved = type === 'github.installation.deleted';
      return {
        keys,
        // A person may have other installations: then the connection is of use without this one.
        grant: { ...grant, keys, unlessOtherKey: INSTALLATION },
        ...(isRemoved && { routes: { change: 'removed', key, of: key } }),
      };
    }
    if (type === 'github.installation.created' && sender !== undefined)
      return { keys: [key, userKey(sender)], routes: { change: 'added', key, of: userKey(sender) } };
    return { keys };
  },
  setup: [
    'In the settings of the GitHub App, switch its webhook on, and enter {callbackUrl} as Webhook URL and the secret as Webhook secret.',
    'Under Permissions & events, choose the events to send.',
  ],
};
