import {
  ApiError,
  FeedFilter,
  type FeedQuery,
  type FeedSubscription,
  type Principal,
} from '@hookline/contracts';
import { Compile } from 'typebox/compile';
import { compileFeedFilter, FeedError } from '../hub/compile-feed-filter.ts';

const filterValidator = Compile(FeedFilter);

/**
 * What the query of `GET /api/feed` subscribes to.
 * @param lastEventId the header, which a browser sends when it reconnects; it takes precedence over `cursor`
 * @throws ApiError `invalid_request`, `forbidden`
 */
export function readFeedQuery(
  query: FeedQuery,
  lastEventId: string | undefined,
  principal: Principal,
): FeedSubscription {
  const { eventType, repository, provider, userId, raw } = query;
  const given = { eventType: toList(eventType), repository: toList(repository), provider, userId };
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (!filterValidator.Check(filter)) {
    const problem = filterValidator.Errors(filter).find(({ keyword }) => keyword !== 'anyOf');
    const [, name = 'the query'] = problem?.instancePath.split('/') ?? [];
    const message = problem?.message ?? 'is not valid';
    throw new ApiError('invalid_request', {
      message: `querystring/${name} ${message}`,
      details: [{ path: `querystring/${name}`, message }],
    });
  }
  try {
    compileFeedFilter(filter, principal);
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    throw new ApiError(error.code === 'forbidden' ? 'forbidden' : 'invalid_request', {
      message: error.message,
      cause: error,
    });
  }
  const cursor = lastEventId || query.cursor;
  return {
    filter,
    ...(cursor === undefined ? {} : { cursor }),
    ...(raw === undefined ? {} : { raw }),
  };
}

function toList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
