import { defineProvider } from '../presets/define-provider.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { textAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { readDetachedJws, verifyDetachedJws } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';

const HOSTS: ReadonlyMap<string, string> = new Map([
  ['us', 'keys.fireblocks.io'],
  ['eu', 'eu-keys.fireblocks.io'],
  ['eu2', 'eu2-keys.fireblocks.io'],
  ['sandbox', 'sandbox-keys.fireblocks.io'],
]);

/**
 * `Fireblocks-Webhook-Signature`: a detached JWS (RS512) of the body, with a key that Fireblocks publishes, the same
 * for all workspaces of a region. There is no timestamp; a repeat is recognised by the id of the event.
 */
export const fireblocks = defineProvider(
  {
    id: 'fireblocks',
    name: 'Fireblocks',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://developers.fireblocks.com/reference/validating-webhooks',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source: 'https://developers.fireblocks.com/reference/webhook-notification-structure',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-sdk',
        source: 'https://github.com/fireblocks/ts-sdk/blob/HEAD/docs/models/WebhookEvent.md',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { json: '/id' },
      names: 'the notification',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 28_360,
    },
    setup: [
      'In the Fireblocks console, under Developer Center, Webhooks (v2), add a webhook with the address of this source and choose the events.',
      'If the workspace is not in the US, store its region here as the option "region": eu, eu2 or sandbox.',
      'Store the id of the workspace (workspaceId in every event) as the option "workspaceId". Without it Hookline accepts events of any workspace.',
    ],
    documentation: 'https://developers.fireblocks.com/reference/validating-webhooks',
    caution:
      'Fireblocks signs with the same keys for all its customers. Set "workspaceId": without it a valid signature does not prove that an event is from your workspace.',
    options: {
      region: {
        description: 'The region of the workspace: us (default), eu, eu2 or sandbox.',
        required: false,
        check: (value) => (HOSTS.has(value) ? undefined : 'The value must be us, eu, eu2 or sandbox.'),
      },
      workspaceId: {
        description: 'The id of the workspace, as workspaceId in its events.',
        required: false,
      },
    },
    type: [{ json: '/eventType' }],
    source: [{ json: '/workspaceId' }],
    subject: { json: '/resourceId' },
    time: { json: '/createdAt', unit: 'ms' },
    eventTypes: `automation_execution.update connected_account.connected connection.added
      connection.removed connection.request.rejected_by_peer connection.request.waiting_peer_approval
      contract_wallet.asset.added contract_wallet.asset.removed embedded_wallet.account.created
      embedded_wallet.asset.added embedded_wallet.asset.balance_updated embedded_wallet.created
      embedded_wallet.device.added embedded_wallet.status.updated exchange_account.connected
      external_wallet.asset.added external_wallet.asset.removed fiat_account.connected
      internal_wallet.asset.added internal_wallet.asset.removed onchain_data.updated order.updated
      settlement.created ticket.canceled ticket.counterparty.added ticket.counterparty_external_id.set
      ticket.created ticket.expired ticket.expires_at.set ticket.expires_in.set ticket.fulfilled
      ticket.note.added ticket.submitted ticket.term.added ticket.term.deleted ticket.term.funded
      ticket.term.funding_canceled ticket.term.funding_completed ticket.term.funding_failed
      ticket.term.manually_funded ticket.term.transaction_status_changed ticket.term.updated
      transaction.alert.stuck_confirming transaction.approval_status.updated transaction.created
      transaction.network_records.processing_completed transaction.status.updated
      vault_account.asset.added vault_account.asset.balance_updated vault_account.created
      vault_account.nft.balance_updated`,
  },
  { verify, checkSecret: noSecretWanted, secret: 'none' },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const { request, fetchPublished } = input;
  const host = HOSTS.get(optionOf(input, 'region') ?? 'us');
  if (host === undefined)
    return reject('invalid_option', 'The option "region" must be us, eu, eu2 or sandbox.');
  const ends = readDetachedJws(request, 'fireblocks-webhook-signature');
  if ('ok' in ends) return ends;
  const jws = { ...ends, payload: request.rawBody.toString('base64url') };
  const verified = await verifyDetachedJws(
    jws,
    'RS512',
    `https://${host}/.well-known/jwks.json`,
    fetchPublished,
  );
  if (!verified.ok) return verified;
  const wanted = optionOf(input, 'workspaceId');
  if (wanted === undefined) return { ok: true, secretIndex: -1 };
  const body = parseJson(request.rawBody);
  return body.ok && textAt(body.value, 'workspaceId') === wanted
    ? { ok: true, secretIndex: -1 }
    : reject(
        'unexpected_sender',
        'The signature is valid, but the event is from another workspace than the configured one.',
      );
}
