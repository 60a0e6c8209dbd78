import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvent, toEventType } from './create-event.ts';

const payload = Buffer.from('{}');

describe('createEvent', () => {
  it('omits values that the provider did not send', () => {
    const event = createEvent({
      provider: 'p',
      type: ['a'],
      action: undefined,
      subject: '',
      dedupeFields: [undefined, 'x'],
      payload,
    });
    expect(event).toStrictEqual({ type: 'p.a', source: '/p', dedupeFields: ['x'], payload });
  });

  it.each([
    [['invoice.paid'], 'p.invoice.paid'],
    [['issues', 'opened'], 'p.issues.opened'],
    [['issues', undefined], 'p.issues'],
    [['orders/create'], 'p.orders.create'],
    [['repo:push'], 'p.repo.push'],
    [['v2.core.account[requirements].updated'], 'p.v2.core.account.requirements.updated'],
    [['a b\r\nc', 'ü', '*.>'], 'p.a_b__c._._._'],
    [['..a..'], 'p.a'],
    [[''], 'p.unknown'],
    [[], 'p.unknown'],
  ])('type %j', (parts, expected) => {
    expect(toEventType('p', parts)).toBe(expected);
  });

  it('makes attributes that are safe in headers and subjects from any text', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 400 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), text, text, (parts, one, two) => {
        const event = createEvent({
          provider: 'p',
          type: parts,
          source: parts,
          subject: one,
          action: two,
          repository: one,
          deliveryId: two,
          dedupeFields: parts,
          payload,
        });
        expect(event.type).toMatch(/^p(\.[A-Za-z0-9_-]+)+$/);
        expect(event.type.length).toBeLessThanOrEqual(200);
        expect(event.source).toMatch(/^\/p(\/[!-~]+)*$/);
        for (const attribute of [event.subject, event.action, event.repository]) {
          expect(attribute ?? 'x').toMatch(/^[^\p{Cc}]{1,500}$/su);
          expect((attribute ?? '').isWellFormed()).toBe(true);
        }
        expect(event.deliveryId ?? 'x').toMatch(/^[!-~]{1,160}$/);
      }),
      { numRuns: 500 },
    );
  });

  it('an id that is too long is hashed instead of cut, so different ids stay different', () => {
    const id = (end: string) =>
      createEvent({ provider: 'p', type: [], deliveryId: 'x'.repeat(300) + end, dedupeFields: [], payload })
        .deliveryId;
    expect(id('a')).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(id('a')).not.toBe(id('b'));
  });
});
