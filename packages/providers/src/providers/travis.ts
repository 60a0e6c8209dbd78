import { defineProvider } from '../presets/define-provider.ts';
import { textAt } from '../request/json/json-access.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';
import { compilePublishedScheme } from '../schemes/published-scheme.ts';

/** RSA-SHA1 over the field `payload` of a form, with a key that Travis CI publishes, the same for all repositories. */
export const travis = defineProvider(
  {
    id: 'travis',
    aliases: ['travis-ci'],
    name: 'Travis CI',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://github.com/travis-ci/docs-travis-ci-com/blob/224f072e/user/notifications.md.erb',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source: 'https://github.com/travis-ci/travis-tasks/blob/5c8ac1c/lib/travis/addons/webhook/task.rb',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: 'none',
      because: '/payload/id identifies the build, and a build has several events',
      retries: false,
    },
    setup: [
      'In .travis.yml of the repository, under notifications, webhooks, add the address of this source.',
      'Keep the address secret: other users of Travis CI can send events of their builds to it.',
    ],
    documentation: 'https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests',
    caution:
      'Travis CI signs with the same key for all repositories: a valid signature does not prove that an event is from your repository. The signature covers the decoded field payload of the form, not its encoding.',
    formPayload: 'payload',
    type: [{ json: '/type' }, { json: '/state' }],
    source: [{ json: '/repository/owner_name' }, { json: '/repository/name' }],
    subject: { json: '/commit' },
    time: [
      { json: '/finished_at', unit: 'iso' },
      { json: '/started_at', unit: 'iso' },
    ],
    eventTypes: 'push pull_request cron api',
  },
  compilePublishedScheme(
    compilePublicKeyScheme({
      keyType: 'rsa',
      hash: 'sha1',
      signature: { header: 'signature' },
      encoding: 'base64',
      message: '{form:payload}',
      bodyNotCovered: true,
    }),
    'https://api.travis-ci.com/config',
    (document) => {
      const config: unknown = JSON.parse(document.toString('utf8'));
      const key = textAt(config, 'config', 'notifications', 'webhook', 'public_key');
      if (key === undefined) throw new Error('The document has no key for webhooks.');
      return [key];
    },
  ),
);
