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

/** What the portal's pages may load and who may frame them, besides what every page may. */
export interface PortalPageOptions {
  /** Origins of the pages that may frame the portal. */
  frameOrigins: readonly string[];
  /** Origins of the logos in the portal. */
  logoOrigins: readonly string[];
}

/**
 * @returns the policy for a path of the gateway, without its query
 */
export function createPagePolicies({
  frameOrigins,
  logoOrigins,
}: PortalPageOptions): (path: string) => PagePolicy {
  const none: PagePolicy = { contentSecurityPolicy: API, frameOptions: 'DENY' };
  const page: PagePolicy = { contentSecurityPolicy: policy(PAGE), frameOptions: 'DENY' };
  const isFramed = frameOrigins.length > 0;
  const portal: PagePolicy = {
    contentSecurityPolicy: policy({
      ...PAGE,
      'img-src': [PAGE['img-src'], ...logoOrigins].join(' '),
      ...(isFramed ? { 'frame-ancestors': frameOrigins.join(' ') } : {}),
    }),
    // It cannot name several origins.
    frameOptions: isFramed ? undefined : 'DENY',
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
