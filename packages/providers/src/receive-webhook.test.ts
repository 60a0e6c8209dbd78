import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request, SIGNERS, type Signer, signedRequest } from '../fixtures/signed-request.ts';
import { getProvider, type InboundRequest, type Provider, receiveWebhook } from './index.ts';

/** A stranger's request never becomes an event and never throws. */
describe.each(SIGNERS)('$provider, $signatureHeader', (signer: Signer) => {
  const provider = getProvider(signer.provider) as Provider;
  const secrets = [signer.secrets[0]];
  const body = Buffer.from('{"type":"a","object":"page","entry":[{"id":"1","changes":[{"field":"x"}]}]}');
  const signed = signedRequest(signer, body);
  const receive = (changed: InboundRequest) => receiveWebhook(provider, { request: changed, secrets });

  it('a change of any byte of the body is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: body.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
        const rawBody = Buffer.from(body);
        rawBody[at] = byte;
        fc.pre(!rawBody.equals(body));
        expect(await receive({ ...signed, rawBody })).toMatchObject({
          kind: 'rejected',
          rejection: { status: 401 },
        });
      }),
    );
  });

  it('a change of any signed byte outside of the body is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...signer.singleHeaders),
        fc.nat({ max: 500 }),
        fc.integer({ min: 0x20, max: 0xff }),
        async (header, at, byte) => {
          const value = Buffer.from(signed.headers[header]?.[0] ?? '', 'latin1');
          const before = value.toString('latin1');
          value[at % value.length] = byte;
          const after = value.toString('latin1');
          // Hexadecimal digits mean the same in upper case, and Stripe's list is split at spaces too.
          const meaning = after.toLowerCase().replaceAll(' ', ',');
          fc.pre(after !== before && (header !== signer.signatureHeader || meaning !== before));
          const changed = { ...signed, headers: { ...signed.headers, [header]: [after] } };
          expect(await receive(changed)).toMatchObject({ kind: 'rejected' });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('random headers and bodies are refused', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 120 });
    const values = fc.array(
      fc.oneof(
        text,
        fc.stringMatching(/^(v0|v1|sha256)[=,][0-9a-f]{64}$/),
        fc.constantFrom(String(NOW_SECONDS), `t=${NOW_SECONDS},v1=`, 'v1,', 'v1a,', ''),
      ),
      { maxLength: 2 },
    );
    const headers = fc.dictionary(
      fc.constantFrom(...signer.singleHeaders, 'content-type', 'x-github-event', '__proto__', 'constructor'),
      values,
    );
    await fc.assert(
      fc.asyncProperty(
        headers,
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('POST', 'GET', 'PUT'),
        async (random, bytes, method) => {
          const reception = await receive(request({ headers: random, rawBody: Buffer.from(bytes), method }));
          expect(reception.kind).toBe('rejected');
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(['{}', ' {\n} '])(
    'a signed %j, which says nothing, is refused with what is missing',
    async (body) => {
      const missing: Record<string, string> = {
        github: 'sender or repository',
        stripe: 'id or type',
        meta: 'object or entry',
        slack: 'type or command',
        clerk: 'type or data',
      };
      const reception = await receive(signedRequest(signer, body));
      const words = missing[signer.provider];
      if (words === undefined) expect(reception.kind).toBe('events');
      else {
        expect(reception).toMatchObject({
          kind: 'rejected',
          check: 'body',
          secretIndex: 0,
          rejection: { code: 'incomplete_body', status: 422, message: expect.stringContaining(words) },
        });
      }
    },
  );

  it('any signed body is read or refused, and never throws', async () => {
    const json = fc.json({ noUnicodeString: false }).map((text) => Buffer.from(text));
    const members = fc.constantFrom(
      'type',
      'id',
      'action',
      'event',
      'object',
      'entry',
      'changes',
      'field',
      'value',
      'messaging',
      'message',
      'mid',
      'challenge',
      'payload',
      'repository',
      'full_name',
      'team',
      'data',
      'created',
      '__proto__',
      'constructor',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(
          'url_verification',
          'event_callback',
          '\ud800',
          'a\r\nb',
          '',
          null,
          true,
          1e300,
          -1,
          7,
        ),
        fc.dictionary(members, tie('tree'), { maxKeys: 5 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const likely = tree.map((value) => Buffer.from(JSON.stringify(value) ?? 'null'));
    const form = fc
      .dictionary(fc.constantFrom('payload', 'command', 'ssl_check', 'x'), fc.string({ unit: 'binary' }))
      .map((fields) => Buffer.from(new URLSearchParams(fields).toString()));
    const contentType = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          json,
          likely,
          form,
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        contentType,
        async (rawBody, type) => {
          const reception = await receive(
            signedRequest(signer, rawBody, { headers: { 'content-type': [type] } }),
          );
          if (reception.kind === 'rejected') {
            const { code, status } = reception.rejection;
            expect(status).toBe(code === 'incomplete_body' ? 422 : 400);
          }
          if (reception.kind !== 'events') return;
          for (const event of reception.events) {
            expect(event.type).toMatch(/^[a-z-]+(\.[A-Za-z0-9_-]+)+$/);
            expect(() => JSON.parse(event.payload.toString())).not.toThrow();
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });
});
