/** Who asked for an attempt. */
export type DeliveryTrigger = 'schedule' | 'operator' | 'tenant';
