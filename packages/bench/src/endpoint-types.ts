/** The number of endpoints of the tenant. Every event matches exactly one endpoint. */
export const ENDPOINT_COUNT = 20;

/** `t00` … `t19`: the last part of the event types that endpoint number `index` subscribes to. */
export function endpointToken(index: number): string {
  return `t${String(index).padStart(2, '0')}`;
}
