/** The page of an object in the dashboard. */
export function pageOf(gatewayUrl: string, id: string): string {
  const kind = PAGES.find(([prefix]) => id.startsWith(`${prefix}_`))?.[1];
  const base = `${gatewayUrl.replace(/\/$/, '')}/dashboard`;
  if (id === '') return `${base}/`;
  return kind === undefined
    ? `${base}/search?q=${encodeURIComponent(id)}`
    : `${base}/${kind}/${encodeURIComponent(id)}`;
}

const PAGES: readonly (readonly [prefix: string, page: string])[] = [
  ['evt', 'events'],
  ['dlv', 'deliveries'],
  ['ep', 'endpoints'],
  ['src', 'sources'],
  ['con', 'connections'],
  ['rpl', 'replays'],
  ['alt', 'alerts'],
];
