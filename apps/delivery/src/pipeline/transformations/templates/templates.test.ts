import { createRequire } from 'node:module';
import { TEMPLATE_IDS, type TemplateId } from '@hookline/contracts';
import { createSandbox } from '@hookline/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { createTransformer } from '../create-transformer.ts';

// Its types say that this is a module that exports the list.
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: { action?: string }[];
}[];
const sandbox = createSandbox({ timeoutMs: 1_000, maxElapsedMs: 10_000 });
afterAll(() => sandbox.close());
const transformer = createTransformer(sandbox);

async function apply(
  template: TemplateId,
  eventType: string,
  data: unknown,
  json = JSON.stringify(data),
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
): Promise<any> {
  const { content, failure } = await transformer.transform({
    key: template,
    tenantId: 't',
    transformation: { template },
    method: 'POST',
    headers: {},
    event: {
      eventId: 'evt_1',
      eventType,
      eventTime: '2026-01-01T00:00:00.000Z',
      payload: Buffer.from(json),
    },
  });
  if (!content) throw new Error(failure?.message ?? 'dropped');
  return JSON.parse(content.body.toString());
}

/** What each service documents as its limits. */
const CHECKS: Record<TemplateId, (body: ReturnType<typeof JSON.parse>) => void> = {
  slack({ text, blocks }) {
    expect(text).toBeTypeOf('string');
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text: section, fields } of blocks) {
      expect(type).toBe('section');
      if (section) expect(section.text.length).toBeLessThanOrEqual(3_000);
      if (fields) {
        expect(fields.length).toBeLessThanOrEqual(10);
        for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
    }
    // Links are the only thing that is made of angle brackets.
    expect(JSON.stringify(blocks).replaceAll(/<https?:[^<>|]*\|[^<>]*>/g, '')).not.toMatch(/[<>]/);
  },
  discord({ content, embeds, allowed_mentions: mentions }) {
    expect(content.length).toBeGreaterThan(0);
    expect(content.length).toBeLessThanOrEqual(2_000);
    expect(mentions).toEqual({ parse: [] });
    expect(embeds).toHaveLength(1);
    const [{ title, fields }] = embeds;
    expect(title.length).toBeLessThanOrEqual(256);
    let total = title.length;
    expect(fields.length).toBeLessThanOrEqual(25);
    for (const { name, value } of fields) {
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(256);
      expect(value.length).toBeGreaterThan(0);
      expect(value.length).toBeLessThanOrEqual(1_024);
      total += name.length + value.length;
    }
    expect(total).toBeLessThanOrEqual(6_000);
  },
  'microsoft-teams'({ type, attachments }) {
    expect(type).toBe('message');
    const [{ contentType, content }] = attachments;
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
    expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
    expect(content.body[0].text.length).toBeGreaterThan(0);
    expect(JSON.stringify(attachments).length).toBeLessThan(28_000);
  },
  text({ subject, text }) {
    expect(subject).toMatch(/^\S.*$/);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(text).toContain('2026-01-01T00:00:00.000Z');
  },
  generic(body) {
    expect(Object.keys(body)).toEqual(['id', 'type', 'timestamp', 'title', 'url', 'facts', 'data']);
  },
};

test.each(TEMPLATE_IDS)(
  '%s: an example of every GitHub event fits what the service takes',
  async (template) => {
    for (const { name, examples: payloads } of examples) {
      const [payload] = payloads;
      const type = `github.${name}${payload?.action ? `.${payload.action}` : ''}`;
      const body = await apply(template, type, payload);
      CHECKS[template](body);
      expect(JSON.stringify(template === 'generic' ? [body.title, body.facts] : body), type).not.toMatch(
        /undefined|\[object/,
      );
    }
  },
);

test.each(TEMPLATE_IDS)('%s: whatever a payload holds, it fits', async (template) => {
  const long = '<!everyone> *_~`|[x](y)> & \\ @everyone 👩‍👩‍👧'.repeat(30);
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${long}`, long]));
  for (const data of [
    null,
    [],
    'text',
    7,
    {},
    many,
    { url: 'javascript:alert(1)', a: '' },
    { __proto__: null, constructor: 'x' },
  ]) {
    CHECKS[template](await apply(template, 'app.thing', data));
  }
  for (const type of ['github.push', 'github', 'stripe.charge.succeeded', 'github.issues.opened']) {
    for (const data of [
      null,
      {},
      { data: { object: many } },
      { issue: { title: long, number: 1 }, sender: { login: long } },
    ])
      CHECKS[template](await apply(template, type, data));
  }
});

describe('what is said', () => {
  const slack = async (type: string, data: unknown) => {
    const { text, blocks } = await apply('slack', type, data);
    return [
      text,
      ...(blocks[1]?.fields.map((field: { text: string }) => field.text.replace('\n', ' ')) ?? []),
    ];
  };

  test('of a push', async () => {
    const push = {
      ref: 'refs/heads/main',
      commits: [{}, {}],
      head_commit: { message: 'Fix <it>\n\nlong' },
      sender: { login: 'ada' },
      repository: { full_name: 'acme/api' },
      compare: 'https://github.com/acme/api/compare/a...b',
    };
    expect(await slack('github.push', push)).toEqual([
      'ada pushed 2 commits to main',
      '*Latest* Fix &lt;it&gt;',
      '*Repository* acme/api',
    ]);
    const { blocks } = await apply('slack', 'github.push', push);
    expect(blocks[0].text.text).toBe(
      '*<https://github.com/acme/api/compare/a...b|ada pushed 2 commits to main>*',
    );
  });

  test('of a pull request that was merged', async () => {
    const data = {
      action: 'closed',
      pull_request: { number: 7, title: 'Faster', merged: true, state: 'closed' },
      sender: { login: 'ada' },
    };
    expect(await slack('github.pull_request.closed', data)).toEqual([
      'ada: pull request closed #7 Faster',
      '*State* merged',
    ]);
  });

  test('of a payment', async () => {
    const data = {
      id: 'evt_s',
      type: 'payment_intent.succeeded',
      livemode: false,
      data: {
        object: { id: 'pi_1', amount: 1250, currency: 'eur', status: 'succeeded', receipt_email: 'a@b.test' },
      },
    };
    expect(await slack('stripe.payment_intent.succeeded', data)).toEqual([
      'payment_intent.succeeded',
      '*Amount* 12.50 EUR',
      '*Status* succeeded',
      '*Customer* a@b.test',
      '*Object* pi_1',
      '*Mode* test',
    ]);
    const yen = { ...data, data: { object: { amount: 1250, currency: 'jpy' } } };
    expect((await slack('stripe.charge.succeeded', yen))[1]).toBe('*Amount* 1250 JPY');
  });

  test('of an event of your own whose numbers JavaScript cannot hold: with every digit', async () => {
    const json = '{"order":7615917337495251231,"lines":[{"sku":9007199254740993}]}';
    const { text } = await apply('text', 'order.paid', undefined, json);
    expect(text).toContain('order: 7615917337495251231');
    expect(await apply('generic', 'order.paid', undefined, json)).toMatchObject({
      facts: { order: '7615917337495251231' },
      data: { order: '7615917337495251231', lines: [{ sku: '9007199254740993' }] },
    });
  });

  test('of an event of your own', async () => {
    expect(
      await apply('text', 'order.paid', { order: 7, total: '12 €', items: [1], url: 'https://shop.test/7' }),
    ).toEqual({
      subject: 'order.paid',
      text: 'order.paid\n\norder: 7\ntotal: 12 €\nurl: https://shop.test/7\n\nhttps://shop.test/7\n\norder.paid, 2026-01-01T00:00:00.000Z, evt_1',
    });
  });
});
