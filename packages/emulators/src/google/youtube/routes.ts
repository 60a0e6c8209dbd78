import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../core/answer.ts';
import { offsetPage } from '../../core/offset-page.ts';
import { numberOf, queryParameters } from '../../core/parameters.ts';
import { googleError } from '../api-error.ts';
import { authenticate } from '../authenticate.ts';
import type { GoogleAuthorization, GoogleCaller } from '../state.ts';
import type { DailyQuota } from './quota.ts';
import { type ChannelRecord, uploadsListOf, type Video, type Videos } from './videos.ts';

const SCOPE = 'https://www.googleapis.com/auth/youtube';
const READERS = [`${SCOPE}.readonly`, SCOPE, `${SCOPE}.force-ssl`];
const PREFIXES = ['/www.googleapis.com/youtube/v3', '/youtube.googleapis.com/youtube/v3'];
/** The list of the caller's likes. */
const LIKES = 'LL';

export interface YouTubeParts {
  readonly server: GoogleAuthorization;
  readonly videos: Videos;
  readonly quota: DailyQuota;
}

/** `channels.list`, `playlistItems.list` and `videos.list`. Each call costs a unit, also an invalid one and a 304. */
export function mountYouTube(app: FastifyInstance, { server, videos, quota }: YouTubeParts): void {
  for (const prefix of PREFIXES) {
    app.get(`${prefix}/channels`, async (request, reply) => {
      const { account } = caller(request);
      const query = queryParameters(request);
      const own = videos.channelOf(account);
      const named = (query['id'] ?? '').split(',').map((id) => videos.channel(id));
      const found = query['mine'] === 'true' ? [own] : named.filter((channel) => channel !== undefined);
      return sendList(request, reply, 'youtube#channelListResponse', found, toChannel);
    });
    app.get(`${prefix}/playlistItems`, async (request, reply) => {
      const { account } = caller(request);
      const { playlistId } = queryParameters(request);
      if (playlistId === undefined) throw missingParameter('playlistId');
      const items = playlistId === LIKES ? likesOf(videos.channelOf(account)) : uploadsOf(playlistId);
      return sendList(request, reply, 'youtube#playlistItemListResponse', items, toPlaylistItem);
    });
    app.get(`${prefix}/videos`, async (request, reply) => {
      const { account } = caller(request);
      const query = queryParameters(request);
      if (query['myRating'] === undefined && query['id'] === undefined) {
        throw missingParameter('id or myRating');
      }
      const liked = likesOf(videos.channelOf(account)).map(({ video }) => video);
      const named = (query['id'] ?? '').split(',').flatMap((id) => videos.video(id) ?? []);
      const found = query['myRating'] === undefined ? named : query['myRating'] === 'like' ? liked : [];
      return sendList(request, reply, 'youtube#videoListResponse', found, toVideo);
    });
  }

  function caller(request: FastifyRequest): GoogleCaller {
    const found = authenticate(server, request, READERS);
    if (!quota.use(found.application.project, 1)) {
      throw googleError(
        403,
        'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
        'quotaExceeded',
      );
    }
    return found;
  }

  function likesOf(channel: ChannelRecord): PlaylistEntry[] {
    return channel.likes.flatMap(({ videoId, atMs }) => {
      const video = videos.video(videoId);
      return video === undefined ? [] : [{ playlistId: LIKES, video, addedAtMs: atMs }];
    });
  }

  /** @throws Answer 404 */
  function uploadsOf(playlistId: string): PlaylistEntry[] {
    const channel = videos.channel(`UC${playlistId.slice(2)}`);
    if (!playlistId.startsWith('UU') || channel === undefined) {
      throw googleError(
        404,
        'The playlist identified with the request’s playlistId parameter cannot be found.',
        'playlistNotFound',
      );
    }
    return channel.uploads.flatMap((id) => {
      const video = videos.video(id);
      return video === undefined ? [] : [{ playlistId, video, addedAtMs: video.publishedAtMs }];
    });
  }
}

interface PlaylistEntry {
  readonly playlistId: string;
  readonly video: Video;
  readonly addedAtMs: number;
}

/** A page with its ETag, or 304 if the caller has it. */
function sendList<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: string,
  all: readonly Item[],
  print: (item: Item) => Record<string, unknown>,
): FastifyReply {
  const query = queryParameters(request);
  if (query['part'] === undefined) throw missingParameter('part');
  const size = numberOf(query['maxResults'], 5, 0, 50);
  const paged = offsetPage(all, query['pageToken'], size);
  if (paged === undefined)
    throw googleError(400, 'The request specifies an invalid page token.', 'invalidPageToken');
  const items = paged.page.map((item) => {
    const printed = print(item);
    return { kind: kind.replace('ListResponse', ''), etag: etagOf(printed), ...printed };
  });
  const body = {
    kind,
    items,
    ...(paged.next !== undefined && { nextPageToken: paged.next }),
    pageInfo: { totalResults: all.length, resultsPerPage: size },
  };
  const etag = etagOf(body);
  reply.header('etag', `"${etag}"`);
  if (request.headers['if-none-match'] === `"${etag}"`) return reply.code(304).send();
  return reply.send({ ...body, etag });
}

function etagOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 27);
}

function missingParameter(name: string): Answer {
  return googleError(400, `Required parameter: ${name}`, 'missingRequiredParameter');
}

function toChannel({ id, title, uploads }: ChannelRecord) {
  return {
    id,
    snippet: { title, description: '' },
    contentDetails: { relatedPlaylists: { likes: LIKES, uploads: uploadsListOf(id) } },
    statistics: { videoCount: String(uploads.length) },
  };
}

function toPlaylistItem({ playlistId, video, addedAtMs }: PlaylistEntry) {
  const publishedAt = new Date(video.publishedAtMs).toISOString();
  return {
    id: Buffer.from(`${playlistId}.${video.id}`).toString('base64url'),
    snippet: {
      publishedAt: new Date(addedAtMs).toISOString(),
      channelId: video.channelId,
      title: video.title,
      description: '',
      playlistId,
      position: 0,
      resourceId: { kind: 'youtube#video', videoId: video.id },
      videoOwnerChannelId: video.channelId,
    },
    contentDetails: { videoId: video.id, videoPublishedAt: publishedAt },
  };
}

function toVideo(video: Video) {
  return {
    id: video.id,
    snippet: {
      publishedAt: new Date(video.publishedAtMs).toISOString(),
      channelId: video.channelId,
      title: video.title,
      description: '',
    },
    contentDetails: { duration: 'PT3M' },
  };
}
