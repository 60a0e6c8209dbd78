import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const shiphero = definePreset({
  id: 'shiphero',
  name: 'ShipHero',
  evidence: [
    { kind: 'official-docs', source: 'https://developer.shiphero.com/webhooks', checkedOn: '2026-11-29' },
    {
      kind: 'secondary',
      source: 'https://www.skills.sh/hookdeck/webhook-skills/shiphero-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'x-shiphero-message-id' },
    names: 'the message',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: storeReturned({
    where: 'the webhooks API of ShipHero',
    secret: 'the shared signature secret that the API returns when you create the webhook',
    notes: [
      'Choose only webhooks that report events. Generate Label and similar webhooks expect labels in the answer, and Hookline cannot create labels.',
    ],
  }),
  documentation: 'https://developer.shiphero.com/webhooks/',
  scheme: { signature: { header: 'x-shiphero-hmac-sha256' }, encoding: 'base64' },
  handshakes: [{ method: 'HEAD' }],
  type: [{ json: '/webhook_type' }],
  source: [{ json: '/account_id' }],
  eventTypes: `Order_Allocated Shipment_Update Inventory_Update Inventory_Change Order_Canceled Order_Deallocated
    Order_Packed_Out PO_Update Return_Update Tote_Complete Tote_Cleared Package_Added Capture_Payment
    Generate_Label Print_Barcode Automation_Rules Shipment_ASN Work_Order_Status_Update`,
  answer: { body: '{"code":"200","Status":"Success"}' },
});
