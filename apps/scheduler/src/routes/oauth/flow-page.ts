import type { FastifyReply } from 'fastify';

/** The answering page loads nothing and runs nothing, and sends its address to nobody. */
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The title of a page for a link, or for a flow that it began, that can connect nothing any more. */
export const LINK_OVER = 'This link no longer works';

const MAX_TEXT = 500;

/** A small page for a flow without a return address. The texts are escaped and bounded. */
export function sendFlowPage(
  reply: FastifyReply,
  status: number,
  { title, text }: { title: string; text: string },
): FastifyReply {
  return reply
    .code(status)
    .headers(PAGE_HEADERS)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
        `<body><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></body></html>\n`,
    );
}

export function escapeHtml(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
