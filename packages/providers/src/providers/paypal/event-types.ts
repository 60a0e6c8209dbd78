import { eventTypes } from '../../events/event-types.ts';

/** Payments, orders, subscriptions, disputes, invoices and payouts. */
export const PAYPAL_EVENT_TYPES = eventTypes(
  'paypal',
  `
  billing.plan.activated billing.plan.created billing.plan.deactivated billing.plan.updated
  billing.subscription.activated billing.subscription.cancelled billing.subscription.created
  billing.subscription.expired billing.subscription.payment.failed billing.subscription.re-activated
  billing.subscription.suspended billing.subscription.updated
  catalog.product.created catalog.product.updated
  checkout.order.approved checkout.order.completed checkout.payment-approval.reversed
  customer.dispute.created customer.dispute.resolved customer.dispute.updated
  invoicing.invoice.cancelled invoicing.invoice.created invoicing.invoice.paid invoicing.invoice.refunded
  invoicing.invoice.scheduled invoicing.invoice.updated
  merchant.onboarding.completed merchant.partner-consent.revoked
  payment.authorization.created payment.authorization.voided
  payment.capture.completed payment.capture.declined payment.capture.denied payment.capture.pending
  payment.capture.refunded payment.capture.reversed
  payment.order.cancelled payment.order.created payment.refund.completed
  payment.payoutsbatch.denied payment.payoutsbatch.processing payment.payoutsbatch.success
  payment.payouts-item.blocked payment.payouts-item.canceled payment.payouts-item.denied
  payment.payouts-item.failed payment.payouts-item.held payment.payouts-item.refunded
  payment.payouts-item.returned payment.payouts-item.succeeded payment.payouts-item.unclaimed
  payment.sale.completed payment.sale.denied payment.sale.pending payment.sale.refunded payment.sale.reversed
  vault.payment-token.created vault.payment-token.deleted
`,
);
