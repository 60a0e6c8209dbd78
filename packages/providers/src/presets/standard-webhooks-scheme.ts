import type { HmacScheme } from '../schemes/hmac.ts';
import type { TimestampSelection } from '../schemes/scheme-definition.ts';

/**
 * How senders sign that follow Standard Webhooks with secrets: `<prefix>-id`, `-timestamp` and `-signature`.
 * @param dates `attempt` where a source says so, or where Svix sends, whose server dates each attempt anew
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
