import { SUMMARIZE } from './summarize.ts';

/** One flat object, for automation tools that pick fields by name. */
export const GENERIC = `${SUMMARIZE}
function handler(webhook) {
  const { title, facts, url } = summarize(webhook);
  const { id, type, timestamp, data } = webhook.payload;
  webhook.payload = { id, type, timestamp, title, url: url ?? null, facts: Object.fromEntries(facts), data };
  return webhook;
}
`;
