import { defineProvider } from '../presets/define-provider.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `Plaid-Verification`: a JWT (ES256) with the SHA-256 of the body, at most five minutes old. Plaid returns its public
 * key only for requests with an API key. So the public key is stored as the secret.
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
        'some bodies, such as SYNC_UPDATES_AVAILABLE, only say that something changed, and are the same each time',
      retries: true,
      retriesForSeconds: 86_400,
    },
    setup: [
      'Enter the address of this source as webhook of the Link token or item, and fire a test webhook. Hookline refuses it. Find its Plaid-Verification header in the rejections of this source.',
      'Decode the part of the header before the first dot (base64url): "kid" is the id of the key.',
      'Request that key from the API of Plaid (POST /webhook_verification_key/get), and store "key" of the response unchanged as the secret of this source.',
      'Plaid changes its key from time to time: if Hookline refuses requests, store the new key in addition to the old key.',
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
