/** What the pages of a route may load, and who may frame them. */
export interface PagePolicy {
  /** The value of Content-Security-Policy. */
  contentSecurityPolicy: string;
  /** The value of X-Frame-Options, for browsers that do not know `frame-ancestors`. Undefined: the header would be wrong. */
  frameOptions: 'DENY' | undefined;
}

/** Answers are JSON: a page must not load, run or frame them. */
const API = policy({ 'default-src': "'none'", 'frame-ancestors': "'none'" });

/** The pages are built files without inline scripts and styles. */
const PAGE = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
};

/**
 * @param portalFrameOrigins origins of the pages that may frame the portal
 * @returns the policy for a path of the gateway, without its query
 */
export function createPagePolicies(portalFrameOrigins: readonly string[]): (path: string) => PagePolicy {
  const none: PagePolicy = { contentSecurityPolicy: API, frameOptions: 'DENY' };
  const page: PagePolicy = { contentSecurityPolicy: policy(PAGE), frameOptions: 'DENY' };
  const portal: PagePolicy =
    portalFrameOrigins.length === 0
      ? page
      : {
          contentSecurityPolicy: policy({ ...PAGE, 'frame-ancestors': portalFrameOrigins.join(' ') }),
          // It cannot name several origins.
          frameOptions: undefined,
        };
  const byRoot = new Map([
    ['dashboard', page],
    ['docs', page],
    ['portal', portal],
  ]);
  return (path) => byRoot.get(path.split('/', 2)[1] ?? '') ?? none;
}

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join(';');
}
