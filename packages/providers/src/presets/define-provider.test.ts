import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import { definePreset } from './define-preset.ts';
import type { PresetDefinition } from './preset-definition.ts';

const define = (changes: Partial<PresetDefinition>) =>
  definePreset({
    id: 'acme',
    name: 'Acme',
    evidence: [{ kind: 'hearsay', source: 'nobody', checkedOn: '2026-11-30' }],
    identity: { id: 'none', retries: true },
    setup: [],
    scheme: { signature: { header: 'x-sign' }, encoding: 'hex' },
    type: [{ json: '/type' }],
    ...changes,
  });
const interpret = (preset: Partial<PresetDefinition>, body: unknown, headers = {}) =>
  define(preset).interpret(request({ rawBody: Buffer.from(JSON.stringify(body)), headers }));

describe('an answer with values of the request', () => {
  it('gives them back, escaped where the answer is JSON', () => {
    const answer = { body: '{"id":"{json:/a/id}","by":"{header:x-by}"}' };
    expect(interpret({ answer }, { a: { id: 'x"\n1' } }, { 'x-by': ['me'] })).toMatchObject({
      ok: true,
      answer: {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"id":"x\\"\\n1","by":"me"}',
      },
    });
  });

  it('keeps the digits of a number, and is empty for what is missing or no scalar', () => {
    const answer = { status: 202, body: '{json:/n}|{json:/o}|{header:x-none}', contentType: 'text/plain' };
    const big = define({ answer }).interpret(
      request({ rawBody: Buffer.from('{"n":76159173374952512311,"o":{}}') }),
    );
    expect(big).toMatchObject({ answer: { status: 202, body: '76159173374952512311||' } });
  });

  it('gives back at most 512 characters of each', () => {
    const made = interpret({ answer: { body: '"{json:/n}"' } }, { n: 'x'.repeat(10_000) });
    expect(made).toMatchObject({ answer: { body: `"${'x'.repeat(512)}"` } });
  });

  it('that is no JSON is refused at load', () => {
    expect(() => define({ answer: { body: '{"id":{json:/id}}' } })).toThrow(SchemeDefinitionError);
  });
});

describe('a message about the subscription', () => {
  const control: PresetDefinition['control'] = [
    {
      when: { header: 'x-kind', equals: ['revocation', 'revoked'] },
      kind: 'revoked',
      reason: { json: '/why' },
    },
    { when: { json: '/ping' }, kind: 'test', type: 'ping' },
  ];

  it('has a type of its own, with the reason', () => {
    expect(
      interpret({ control }, { type: 'a', why: 'user removed' }, { 'x-kind': ['revoked'] }),
    ).toMatchObject({
      events: [{ type: 'acme.subscription.revoked', control: { kind: 'revoked', reason: 'user removed' } }],
    });
    expect(interpret({ control }, { ping: 1 })).toMatchObject({
      events: [{ type: 'acme.ping', control: { kind: 'test' } }],
    });
  });

  it('is not taken for what it is not', () => {
    const made = interpret({ control }, { type: 'a' }, { 'x-kind': ['notification'] });
    expect(made).toMatchObject({ events: [{ type: 'acme.a' }] });
    expect(made).not.toMatchObject({ events: [{ control: expect.anything() }] });
  });

  it('that none of its kind could reach is refused at load', () => {
    const hidden = [
      { when: { header: 'x-kind' }, kind: 'test' as const },
      { when: { header: 'x-kind', equals: 'revoked' }, kind: 'revoked' as const },
    ];
    expect(() => define({ control: hidden })).toThrow(/hidden/);
  });
});

describe('a timestamp that retries repeat', () => {
  const scheme = (toleranceSeconds: number | null, dates: 'attempt' | 'first-attempt') => ({
    signature: { header: 'x-sign' },
    encoding: 'hex' as const,
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-time', dates, toleranceSeconds },
  });
  const identity = { id: 'none' as const, retries: true, retriesForSeconds: 3_600 };

  it('needs a window that covers the retries', () => {
    expect(() => define({ scheme: scheme(300, 'first-attempt'), identity })).toThrow(/3600 s/);
    for (const fitting of [
      scheme(3_600, 'first-attempt'),
      scheme(null, 'first-attempt'),
      scheme(300, 'attempt'),
    ]) {
      expect(() => define({ scheme: fitting, identity })).not.toThrow();
    }
  });
});
