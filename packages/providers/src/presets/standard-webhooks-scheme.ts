import type { HmacScheme } from '../schemes/hmac.ts';
import type { TimestampSelection } from '../schemes/scheme-definition.ts';

/**
 * The scheme of senders that follow Standard Webhooks with secrets: `<prefix>-id`, `-timestamp` and `-signature`.
 * @param dates `attempt` if a source says so, or if the sender uses Svix, whose server dates each attempt separately
 */
export function standardWebhooksUnder(
  prefix: string,
  dates: TimestampSelection['dates'] = 'unknown',
  toleranceSeconds = 300,
): HmacScheme {
  return {
    signature: { header: `${prefix}-signature`, separators: ' ', prefix: 'v1,' },
    encoding: 'base64',
    message: `{header:${prefix}-id}.{timestamp}.{body}`,
    timestamp: { header: `${prefix}-timestamp`, dates, toleranceSeconds },
    key: { base64After: 'whsec_' },
  };
}
