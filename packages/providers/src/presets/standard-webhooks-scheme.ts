import type { HmacScheme } from '../schemes/hmac.ts';

/** How senders sign that follow Standard Webhooks with secrets: `<prefix>-id`, `-timestamp` and `-signature`. */
export function standardWebhooksUnder(prefix: string): HmacScheme {
  return {
    signature: { header: `${prefix}-signature`, separators: ' ', prefix: 'v1,' },
    encoding: 'base64',
    message: `{header:${prefix}-id}.{timestamp}.{body}`,
    timestamp: { header: `${prefix}-timestamp`, dates: 'unknown', toleranceSeconds: 300 },
    key: { base64After: 'whsec_' },
  };
}
