import { parsePointer, pointedValue } from '@hookline/json';
import { toldText } from './told-text.ts';

/**
 * What an answer of a provider's API means. `unauthorized`: the token is not valid. `missing-scope`: the token is valid
 * and lacks a permission that a person could give. `quota-exhausted`: rate limited for hours rather than seconds.
 * `no-access`: the account may not see the resource. `gone`: the resource does not exist. `failed`: any other failure,
 * of which nothing follows.
 */
export type AnswerVerdict =
  | 'ok'
  | 'not-modified'
  | 'unauthorized'
  | 'missing-scope'
  | 'rate-limited'
  | 'quota-exhausted'
  | 'no-access'
  | 'gone'
  | 'failed';

/** A provider's codes of failures. Without a known code the status decides. */
export interface AnswerRules {
  /** A value that is false if the request failed, whatever the status. */
  readonly okAt?: string;
  /** Where an answer has its code; the first text counts. */
  readonly codeAt: readonly string[];
  readonly codes: Readonly<Record<string, AnswerVerdict>>;
  /** Parts of a code, in lower case, by which a 403 is a rate limit although no header says so; and how long to wait. */
  readonly limit?: { readonly words: readonly string[]; readonly seconds: number };
}

export interface JudgedAnswer {
  readonly verdict: AnswerVerdict;
  /** The provider's code of the failure, for people. */
  readonly code?: string;
  /** How long to wait before the next request, if the provider says so. */
  readonly retryAfterSeconds?: number;
}

export interface AnswerParts {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined if it is not JSON. */
  readonly body: unknown;
}

const NO_RULES: AnswerRules = { codeAt: [], codes: {} };
const WAIT_VERDICTS: ReadonlySet<AnswerVerdict> = new Set(['rate-limited', 'quota-exhausted', 'failed']);

export function judgeAnswer(answer: AnswerParts, rules: AnswerRules = NO_RULES): JudgedAnswer {
  const { status, body } = answer;
  if (status === 304) return { verdict: 'not-modified' };
  const isSuccess = status >= 200 && status < 300;
  const denies = rules.okAt !== undefined && pointedValue(body, parsePointer(rules.okAt)) === false;
  if (isSuccess && !denies) return { verdict: 'ok' };
  const code = codeOf(body, rules);
  const known = code !== undefined && Object.hasOwn(rules.codes, code) ? rules.codes[code] : undefined;
  const limit = status === 403 && tellsLimit(code, rules) ? rules.limit : undefined;
  const verdict = known ?? (limit === undefined ? verdictOfStatus(answer) : 'rate-limited');
  const retryAfterSeconds = WAIT_VERDICTS.has(verdict) ? (waitOf(answer) ?? limit?.seconds) : undefined;
  return {
    verdict,
    ...(code !== undefined && { code: toldText(code) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

function codeOf(body: unknown, { codeAt }: AnswerRules): string | undefined {
  for (const pointer of codeAt) {
    const value = pointedValue(body, parsePointer(pointer));
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function tellsLimit(code: string | undefined, { limit }: AnswerRules): boolean {
  const told = code?.toLowerCase() ?? '';
  return limit?.words.some((word) => told.includes(word)) ?? false;
}

function verdictOfStatus({ status, headers }: AnswerParts): AnswerVerdict {
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'rate-limited';
  if (status === 403) {
    const isLimited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
    return isLimited ? 'rate-limited' : 'no-access';
  }
  return status === 404 || status === 410 ? 'gone' : 'failed';
}

/** In the order of precedence that GitHub documents. Dates are compared with the provider's own clock. */
function waitOf({ status, headers }: AnswerParts): number | undefined {
  const retryAfter = headers['retry-after'];
  const nowMs = Date.parse(headers['date'] ?? '');
  if (retryAfter !== undefined) {
    if (/^\d{1,9}(\.\d+)?$/.test(retryAfter)) return Math.ceil(Number(retryAfter));
    const waitMs = Date.parse(retryAfter) - nowMs;
    if (Number.isFinite(waitMs)) return Math.max(0, Math.ceil(waitMs / 1_000));
  }
  if (status !== 429 && status !== 403) return undefined;
  const after = headers['x-ratelimit-reset-after'];
  if (after !== undefined && /^\d{1,9}(\.\d+)?$/.test(after)) return Math.ceil(Number(after));
  const reset = headers['x-ratelimit-reset'];
  if (headers['x-ratelimit-remaining'] === '0' && reset !== undefined && /^\d{1,12}$/.test(reset)) {
    const waitMs = Number(reset) * 1_000 - nowMs;
    if (Number.isFinite(waitMs)) return Math.max(0, Math.ceil(waitMs / 1_000));
  }
  return undefined;
}
