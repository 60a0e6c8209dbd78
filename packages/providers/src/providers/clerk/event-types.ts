import { eventTypes } from '../../events/event-types.ts';

export const CLERK_EVENT_TYPES = eventTypes(
  'clerk',
  `
  user.created user.updated user.deleted
  session.created session.ended session.pending session.removed session.revoked
  email.created sms.created
  organization.created organization.updated organization.deleted
  organizationDomain.created organizationDomain.updated organizationDomain.deleted
  organizationInvitation.accepted organizationInvitation.created organizationInvitation.revoked
  organizationMembership.created organizationMembership.updated organizationMembership.deleted
  role.created role.updated role.deleted permission.created permission.updated permission.deleted
  waitlistEntry.created waitlistEntry.updated
  subscription.created subscription.updated subscription.active subscription.pastDue
  subscriptionItem.abandoned subscriptionItem.active subscriptionItem.canceled subscriptionItem.created
  subscriptionItem.ended subscriptionItem.expired subscriptionItem.freeTrialEnding
  subscriptionItem.incomplete subscriptionItem.pastDue subscriptionItem.upcoming subscriptionItem.updated
  paymentAttempt.created paymentAttempt.updated
`,
);
