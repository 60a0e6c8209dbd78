import { buildDashboard, silentLog } from '@hookline/stack';
import { findChromium, type Receiver, startReceiver, until } from '@hookline/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWatchedPage, type System, startTestSystem, type WatchedPage } from '../../src/index.ts';

const executablePath = findChromium();
/** For a busy machine. */
const SLOW_MS = 60_000;

let system: System;
let browser: Browser;
let receiver: Receiver;
let operator: WatchedPage;

const signIn = async (page: Page) => {
  await page.goto(`${system.stack.urls.gateway}/dashboard`);
  await page.getByLabel('API key').fill(system.stack.secrets.operatorKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
};

const publish = (type: string, data: unknown) =>
  system.call<{ id: string }>('POST', '/api/events', { userId: 'acme', type, data });

describe.skipIf(executablePath === undefined)('the dashboard in Chromium', () => {
  beforeAll(async () => {
    await buildDashboard(silentLog);
    [system, receiver, browser] = await Promise.all([
      startTestSystem([{ name: 'ingest' }, { name: 'delivery' }, { name: 'scheduler' }, { name: 'gateway' }]),
      startReceiver({ respond: ({ path }) => ({ status: path === '/bad' ? 500 : 200 }) }),
      chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] }),
    ]);
    for (const name of ['good', 'bad'])
      await system.call('POST', '/api/webhooks', {
        userId: 'acme',
        name,
        url: `${receiver.url}${name}`,
        events: [`${name}.*`],
        retrySchedule: [],
      });
    operator = await openWatchedPage(browser);
    operator.page.setDefaultTimeout(SLOW_MS);
    await signIn(operator.page);
  });

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await receiver?.close();
  });

  test('an event appears in the open list without a reload, and is opened in one click', async () => {
    const { page, problems } = operator;
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByText('No event yet').waitFor();
    const { id } = await publish('good.one', { order: 1 });
    const row = page.getByRole('link', { name: `good.one, ${id}` });
    await row.waitFor();
    await row.click();
    await page.getByText(/^Attempt 1 to "good": 200/).waitFor();
    expect(problems).toEqual([]);
  });

  test('a dead letter is found by its filter and sent again from its page', async () => {
    const { page, problems } = operator;
    const { id } = await publish('bad.one', { total: '12345678901234567890' });
    await until(async () => {
      const { status } = await system.call<{ status: string }>('GET', `/api/webhook-events/${id}`);
      return status === 'dead_letter';
    });
    await page.goto(`${system.stack.urls.gateway}/dashboard/events?status=dead_letter`);
    await page.getByRole('link', { name: `bad.one, ${id}` }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`/api/webhook-events/${id}/retry`).waitFor();
    const before = receiver.requests.length;
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await until(() => receiver.requests.length > before);
    await dialog.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('numbers of a payload keep every digit', async () => {
    const { page, problems } = operator;
    const answer = await fetch(`${system.stack.urls.gateway}/api/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${system.stack.secrets.operatorKey}`,
        'content-type': 'application/json',
      },
      body: '{"userId":"acme","type":"good.large","data":{"number":12345678901234567890}}',
    });
    const { data } = (await answer.json()) as { data: { id: string } };
    await page.goto(`${system.stack.urls.gateway}/dashboard/events/${data.id}?tab=payload`);
    await page.getByText('12345678901234567890').waitFor();
    expect(problems).toEqual([]);
  });

  test('a payload is searched and folded with the keyboard alone', async () => {
    const { page, problems } = operator;
    await page.goto(`${system.stack.urls.gateway}/dashboard/parts?show=payloads`);
    const chosen = (name: RegExp, expanded?: boolean) =>
      page.getByRole('treeitem', { name, selected: true, ...(expanded === undefined ? {} : { expanded }) });
    await page.getByRole('textbox', { name: 'Search in the payload' }).fill('conclusion');
    await page.getByText('of 3', { exact: false }).waitFor();
    await page.keyboard.press('Enter');
    await chosen(/^conclusion: ?"failure"/).waitFor();
    await page.getByText('workflow_job.conclusion').first().waitFor();
    await page.getByRole('tree', { name: 'Payload' }).focus();
    await page.keyboard.press('ArrowLeft');
    await chosen(/^workflow_job:/, true).waitFor();
    await page.keyboard.press('ArrowLeft');
    await chosen(/^workflow_job:/, false).waitFor();
    expect(problems).toEqual([]);
  });

  test('a payload is replayed with another one, and its large numbers keep every digit', async () => {
    const { page, problems } = operator;
    const { id } = await publish('good.edited', { order: 1 });
    await page.goto(`${system.stack.urls.gateway}/dashboard/events/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Replay with another payload…' }).click();
    const editor = page.getByRole('textbox', { name: 'Payload' });
    await editor.fill('{"order": 12345678901234567890}');
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.waitForURL((url) => /\/events\/evt_/.test(url.pathname) && !url.pathname.endsWith(id));
    await page.getByRole('tab', { name: 'Payload' }).click();
    await page.getByText('12345678901234567890').waitFor();
    expect(problems).toEqual([]);
  });

  test('the keyboard alone leads from event to event, to a payload and back', async () => {
    const { page, problems } = operator;
    const first = await publish('keys.one', { first: true });
    const second = await publish('keys.two', { second: true });
    await page.goto(`${system.stack.urls.gateway}/dashboard/events?eventType=keys.*`);
    await page.getByRole('link', { name: `keys.one, ${first.id}` }).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(`**/events?*open=${second.id}*`);
    await page.keyboard.press('j');
    await page.waitForURL(`**/events?*open=${first.id}*`);
    // A key does something once the part that it belongs to is shown.
    await page.getByRole('heading', { name: 'keys.one' }).waitFor();
    await page.keyboard.press('e');
    await page.getByRole('tab', { name: 'Payload', selected: true }).waitFor();
    await page.getByText('first').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/dashboard/events/${first.id}*`);
    await page.getByRole('grid').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'keys.one' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(`**/dashboard/events?*open=${first.id}*`);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(problems).toEqual([]);
  });

  test('all events that match are replayed after they were counted, and the filters are saved as a view', async () => {
    const { page, problems } = operator;
    for (const total of [1, 2]) await publish('good.bulk', { total });
    await until(() => receiver.requests.filter(({ body }) => body.includes('good.bulk')).length === 2);
    await page.goto(`${system.stack.urls.gateway}/dashboard/events?eventType=good.bulk`);
    await page.getByRole('button', { name: 'All events that match' }).click();
    await page.getByRole('menuitem', { name: 'Replay all that match…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Replay 2 deliveries' }).click();
    await dialog.getByText('Done').waitFor();
    await until(() => receiver.requests.filter(({ body }) => body.includes('good.bulk')).length === 4);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save these filters…' }).click();
    await dialog.getByLabel('Name').fill('Bulk orders');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Bulk orders' }).waitFor();
    expect(problems).toEqual([]);
  });

  test('a delivery shows each attempt with its request and answer, and is found by its endpoint', async () => {
    const { page, problems } = operator;
    await publish('good.delivery', {});
    await page.goto(`${system.stack.urls.gateway}/dashboard/deliveries?eventType=good.delivery`);
    await page.getByRole('link', { name: /^good\.delivery, / }).click();
    await page.getByText('Delivered at the first attempt.').waitFor();
    await page.getByRole('list', { name: 'Attempts' }).getByText('Attempt 1').waitFor();
    await page.getByText(`${receiver.url}good`).waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Field' }).click();
    await page.getByRole('option', { name: 'Endpoint' }).click();
    await page.getByRole('combobox', { name: 'Endpoint' }).click();
    await page.getByRole('option', { name: /^bad/ }).click();
    await page.getByText('None of the deliveries matches').waitFor();
    expect(problems).toEqual([]);
  });

  test('dead letters are discarded after they were counted, with a reason that each of them shows', async () => {
    const { page, problems } = operator;
    const ids = [await publish('bad.discarded', { n: 1 }), await publish('bad.discarded', { n: 2 })];
    for (const { id } of ids)
      await until(async () => {
        const { status } = await system.call<{ status: string }>('GET', `/api/webhook-events/${id}`);
        return status === 'dead_letter';
      });
    await page.goto(`${system.stack.urls.gateway}/dashboard/dead-letters?eventType=bad.discarded`);
    await page
      .getByRole('link', { name: /^bad\.discarded, / })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'All dead letters that match' }).click();
    await page.getByRole('menuitem', { name: 'Discard all that match…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason (optional)').fill('the receiver is gone');
    await dialog.getByRole('button', { name: 'Discard 2 dead letters' }).click();
    await dialog.getByText('Done').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.goto(
      `${system.stack.urls.gateway}/dashboard/dead-letters?eventType=bad.discarded&discarded=true`,
    );
    await page
      .getByRole('link', { name: /^bad\.discarded, / })
      .first()
      .click();
    await page.getByText('the receiver is gone', { exact: false }).waitFor();
    expect(problems).toEqual([]);
  });

  test('the lookup leads from an id to its page', async () => {
    const { page, problems } = operator;
    const { id } = await publish('good.found', {});
    await page.goto(`${system.stack.urls.gateway}/dashboard`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Find anything' }).fill(id);
    await page.getByRole('option', { name: /good\.found/ }).click();
    await page.waitForURL(`**/dashboard/events/${id}`);
    expect(problems).toEqual([]);
  });

  test('who is not signed in, or no longer, gets the page for signing in, which says what is wrong with a key', async () => {
    const guest = await openWatchedPage(browser);
    const { page } = guest;
    page.setDefaultTimeout(SLOW_MS);
    await page.goto(`${system.stack.urls.gateway}/dashboard/events`);
    await page.getByLabel('API key').fill('hl_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[id$="-error"]').waitFor();
    await page.getByLabel('API key').fill(system.stack.secrets.operatorKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    await page.getByRole('button', { name: 'Account: Operator' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await guest.context.close();
  });

  describe.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s, %i pixels wide', (colorScheme, width) => {
    test('no page has a barrier that axe calls serious, nor an error of the console, nor a breach of the policy', async () => {
      const { id } = await publish('good.axe', { nested: { list: [1, 2, 3] } });
      const watched = await openWatchedPage(browser, { colorScheme, width });
      const { page, problems, findBarriers } = watched;
      page.setDefaultTimeout(SLOW_MS);
      await page.goto(`${system.stack.urls.gateway}/dashboard`);
      await page.getByLabel('API key').waitFor();
      const found = { signIn: await findBarriers() } as Record<string, string[]>;
      await signIn(page);
      await page.getByText('Events received').first().waitFor();
      found['overview'] = await findBarriers();
      await page.goto(`${system.stack.urls.gateway}/dashboard/events`);
      await page.getByRole('link', { name: `good.axe, ${id}` }).waitFor();
      found['events'] = await findBarriers();
      await page.getByRole('button', { name: /^Account/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
      found['menu'] = await findBarriers();
      await page.keyboard.press('Escape');
      await page.goto(`${system.stack.urls.gateway}/dashboard/events/${id}`);
      await page.getByRole('list', { name: 'Journey' }).waitFor();
      found['event'] = await findBarriers();
      await page.goto(`${system.stack.urls.gateway}/dashboard/events/${id}?tab=payload`);
      await page.getByText('nested').first().waitFor();
      found['payload'] = await findBarriers();
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Replay to its endpoints…' }).click();
      await page.getByRole('dialog').waitFor();
      found['dialog'] = await findBarriers();
      await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
      await page.getByRole('dialog').first().waitFor();
      found['toast'] = await findBarriers();
      await page.goto(`${system.stack.urls.gateway}/dashboard/deliveries`);
      await page
        .getByRole('link', { name: /^good\.axe, / })
        .first()
        .waitFor();
      found['deliveries'] = await findBarriers();
      await page
        .getByRole('link', { name: /^good\.axe, / })
        .first()
        .click();
      await page.getByRole('list', { name: 'Attempts' }).waitFor();
      found['delivery'] = await findBarriers();
      await page.goto(`${system.stack.urls.gateway}/dashboard/dead-letters`);
      await page
        .getByRole('link', { name: /^bad\./ })
        .first()
        .waitFor();
      found['dead letters'] = await findBarriers();
      await page.goto(`${system.stack.urls.gateway}/dashboard/parts`);
      await page.getByRole('textbox', { name: 'Transformation' }).waitFor();
      await page.getByRole('group', { name: /^Latency of deliveries/ }).waitFor();
      found['parts'] = await findBarriers();
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
      expect(problems).toEqual([]);
      await watched.context.close();
    });
  });
});
