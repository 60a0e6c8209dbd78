import { defineProvider } from '../presets/define-provider.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `Plaid-Verification`: a JWT by ES256, with the SHA-256 of the body in it, at most five minutes old. Plaid gives its
 * key only to those with an API key, so that it stands in the place of the secret.
 */
export const plaid = defineProvider(
  {
    id: 'plaid',
    name: 'Plaid',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: 'none',
      equalBodies: 'events',
      because:
        'a body such as that of SYNC_UPDATES_AVAILABLE only says that there is news, and is the same each time',
      retries: true,
      retriesForSeconds: 86_400,
    },
    setup: [
      'Enter the address of this source as webhook of the Link token or item, and fire a test webhook: it is refused, and among the rejections of this source you find its Plaid-Verification header.',
      'Decode the part of it before the first dot (base64url): "kid" in it is the id of the key.',
      'Ask the API of Plaid for that key (POST /webhook_verification_key/get), and store "key" of the answer, as it is, as the secret of this source.',
      'Plaid changes its key from time to time: when requests are refused, store the new one beside the old one.',
    ],
    documentation: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
    type: [{ json: '/webhook_type' }, { json: '/webhook_code' }],
    source: [{ json: '/environment' }],
    subject: { json: '/item_id' },
    eventTypes: `TRANSACTIONS.SYNC_UPDATES_AVAILABLE TRANSACTIONS.INITIAL_UPDATE TRANSACTIONS.HISTORICAL_UPDATE
      TRANSACTIONS.DEFAULT_UPDATE TRANSACTIONS.TRANSACTIONS_REMOVED ITEM.ERROR ITEM.PENDING_EXPIRATION
      ITEM.USER_PERMISSION_REVOKED ITEM.WEBHOOK_UPDATE_ACKNOWLEDGED ITEM.NEW_ACCOUNTS_AVAILABLE
      ITEM.LOGIN_REPAIRED AUTH.AUTOMATICALLY_VERIFIED AUTH.VERIFICATION_EXPIRED HOLDINGS.DEFAULT_UPDATE
      INVESTMENTS_TRANSACTIONS.DEFAULT_UPDATE LIABILITIES.DEFAULT_UPDATE TRANSFER.TRANSFER_EVENTS_UPDATE`,
  },
  compileBodyTokenScheme({
    header: 'plaid-verification',
    algorithm: 'ES256',
    bodyClaim: 'request_body_sha256',
    bodyHash: 'hex',
    age: 'iat',
  }),
);
