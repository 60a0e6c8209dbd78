import type { WatchProblem, WatchSpecification } from '@hookline/providers';
import type { ProviderAnswer } from '../provider-api/provider-api.ts';

/** What is in the way of a watch. */
export interface WatchFault {
  /** A stable code. */
  readonly code: string;
  /** In words, and what to do. */
  readonly message: string;
}

/** Texts of answers that are compared; a longer answer is no refusal in words. */
const MAX_TEXT = 20_000;

export function textOfAnswer({ body }: Pick<ProviderAnswer, 'body'>): string {
  return body.subarray(0, MAX_TEXT).toString('utf8');
}

/** What a refusal means, by the provider's definition; the first entry that fits counts. */
export function describeRefusal(
  answer: Pick<ProviderAnswer, 'status' | 'body' | 'judged'>,
  { problems }: Pick<WatchSpecification, 'problems'>,
): WatchFault {
  const text = textOfAnswer(answer);
  const fits = ({ status, contains }: WatchProblem) =>
    (status === undefined || status === answer.status) && (contains === undefined || text.includes(contains));
  const problem = problems.find(fits);
  if (problem) return { code: problem.code, message: problem.message };
  const code = answer.judged.code === undefined ? '' : ` (${answer.judged.code})`;
  return {
    code: answer.status >= 500 ? 'provider_unavailable' : 'provider_refused',
    message: `The provider answered ${answer.status}${code}.`,
  };
}
