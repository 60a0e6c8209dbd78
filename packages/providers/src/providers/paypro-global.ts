import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const payproGlobal = definePreset({
  id: 'paypro-global',
  name: 'PayPro Global',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://www.skills.sh/hookdeck/webhook-skills/paypro-global-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'ORDER_ID identifies the order, and an order has several events',
    retries: true,
    retriesForSeconds: 3_600,
  },
  setup: useKey({
    where: 'the PayPro control panel, under Developers, Webhooks (IPN)',
    secret: 'the validation key of the vendor',
    notes: [
      'Events arrive as forms. Hookline converts the fields to JSON and keeps their names.',
      'Do not choose LicenseRequested: PayPro expects the licence key in the answer, and the answer of Hookline is empty.',
    ],
  }),
  documentation: 'https://developers.payproglobal.com/docs/integrate-with-paypro-global/webhook-ipn',
  caution: 'PayPro signs only seven fields of the form, with a plain hash.',
  scheme: {
    signature: { form: 'SIGNATURE' },
    encoding: 'hex',
    keyed: 'digest',
    message:
      '{form:ORDER_ID}{form:ORDER_STATUS}{form:ORDER_TOTAL_AMOUNT}{form:CUSTOMER_EMAIL}{secret}{form:TEST_MODE}{form:IPN_TYPE_NAME}',
    bodyNotCovered: true,
  },
  type: [{ form: 'IPN_TYPE_NAME' }],
  subject: { form: 'ORDER_ID' },
  eventTypes: `OrderCharged OrderRefunded OrderPartiallyRefunded OrderChargedBack OrderChargedBackWon
    OrderChargebackIsWon OrderCustomerInformationChanged OrderDeclined OrderOnWaiting
    SubscriptionChargeSucceed SubscriptionChargeFailed SubscriptionSuspended SubscriptionRenewed
    SubscriptionTerminated SubscriptionFinished SubscriptionPaymentInfoChanged TrialCharge
    LicenseRequested InstantLeadNotification`,
});
