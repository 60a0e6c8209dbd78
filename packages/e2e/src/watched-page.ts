import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A page of a browser that keeps what must not happen on it. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Errors of the console, errors that no code caught, and breaches of the Content-Security-Policy. */
  problems: string[];
  /** What axe finds that is serious or critical: the rule and the first element. */
  findBarriers(): Promise<string[]>;
}

interface PageOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

export async function openWatchedPage(
  browser: Browser,
  { width = 1280, height = 800, colorScheme = 'light' }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    // A transition would make axe measure colours on their way.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    // A session that does not exist yet is asked for, and the browser writes each answer of 4xx to the console.
    const isExpected = message.text().includes('401') && message.location().url.endsWith('/api/session');
    if (message.type() === 'error' && !isExpected) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  await context.exposeFunction('noteViolation', (text: string) => problems.push(`policy: ${text}`));
  // In the browser: this package is compiled without the names of the DOM.
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => noteViolation([event.violatedDirective, event.blockedURI, event.sourceFile].join(' ')))",
  );
  return {
    page,
    context,
    problems,
    async findBarriers() {
      // Base UI puts hidden elements around a popup that pass the focus on. Axe allows them beside a dialog only.
      const { violations } = await new AxeBuilder({ page }).exclude('[data-base-ui-focus-guard]').analyze();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} (${nodes[0]?.failureSummary})`);
    },
  };
}
