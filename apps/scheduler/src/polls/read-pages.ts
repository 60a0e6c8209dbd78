import { arrayItems, parsePointer, sliceAt } from '@hookline/json';
import { arrayAt, type PollingPages } from '@hookline/providers';
import type { ProviderAnswer, ProviderApi, ProviderCall } from '../provider-api/provider-api.ts';
import { PollAnswerError } from './apply-answer.ts';
import { nextPage } from './next-page.ts';

/** An answer that is no success. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
  readonly code = 'provider_refused';
  readonly answer: ProviderAnswer;

  constructor(answer: ProviderAnswer) {
    super(`the provider answered ${answer.status}${answer.judged.code ? ` (${answer.judged.code})` : ''}`);
    this.answer = answer;
  }
}

/** The answer of a call that succeeded. @throws ProviderRefusal, and what `ProviderApi.call` throws */
export async function callOrRefuse(api: ProviderApi, call: ProviderCall): Promise<ProviderAnswer> {
  const answer = await api.call(call);
  if (answer.judged.verdict !== 'ok') throw new ProviderRefusal(answer);
  return answer;
}

/** A parsed value of an answer, and the bytes that it was parsed from: they have all digits of its numbers. */
export interface ReadValue {
  readonly value: unknown;
  readonly bytes: Buffer;
}

/**
 * The items of one answer.
 * @throws PollAnswerError if there is no list at its place: what is not listed would be taken for gone
 */
export function itemsOf(answer: Pick<ProviderAnswer, 'json' | 'body'>, pointer: string): ReadValue[] {
  const { body } = answer;
  const items = arrayAt(answer.json, pointer);
  const list = sliceAt(body, parsePointer(pointer));
  if (items === undefined || list === undefined)
    throw new PollAnswerError('the answer has no list at its place');
  const slices = arrayItems(body, list);
  return items.map((value, index) => {
    const { start, end } = slices[index] ?? { start: 0, end: 0 };
    return { value, bytes: body.subarray(start, end) };
  });
}

/**
 * Reads all pages of a list, up to a number of items.
 * @throws ProviderRefusal, PollAnswerError, and what `ProviderApi.call` throws
 */
export async function readPages(
  api: ProviderApi,
  call: ProviderCall,
  { items, pages, max }: { items: string; pages: PollingPages | undefined; max: number },
): Promise<readonly ReadValue[]> {
  const found: ReadValue[] = [];
  let query: Readonly<Record<string, string>> | undefined = {};
  while (query !== undefined && found.length < max) {
    const answer: ProviderAnswer = await callOrRefuse(api, { ...call, query: { ...call.query, ...query } });
    const page = itemsOf(answer, items);
    found.push(...page);
    query = page.length === 0 ? undefined : nextPage(pages, answer);
  }
  return found.slice(0, max);
}
