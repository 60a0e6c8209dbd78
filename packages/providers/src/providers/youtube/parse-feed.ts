import { type Rejection, reject } from '../../rejection.ts';
import { isJsonObject, type JsonObject, textAt, valueAt } from '../../request/json/json-access.ts';
import { createXmlReader } from '../../request/xml/parse-xml.ts';

/** A published or changed video; the times are ISO 8601, as received. */
export interface FeedVideo {
  readonly videoId: string;
  readonly channelId?: string;
  readonly title?: string;
  readonly link?: string;
  readonly author?: { readonly name?: string; readonly uri?: string };
  readonly published?: string;
  readonly updated?: string;
}

/** A deleted video. */
export interface FeedDeletion {
  readonly videoId: string;
  readonly deleted: string;
  readonly channelId?: string;
}

/** A notification of one video has about 1000 bytes. */
const MAX_BYTES = 262_144;
const VIDEO_ID = /^[A-Za-z0-9_-]{1,64}$/;

const readXml = createXmlReader(MAX_BYTES, ['entry', 'deleted-entry', 'link']);

/**
 * Reads an Atom feed of YouTube: `entry` for videos, `deleted-entry` (RFC 6721) for deleted videos.
 */
export function parseFeed(
  bytes: Buffer,
): { readonly ok: true; readonly videos: FeedVideo[]; readonly deletions: FeedDeletion[] } | Rejection {
  const feed = readFeed(bytes);
  if (!feed.ok) return feed;
  const videos = itemsOf(feed.value, 'entry').flatMap(readVideo);
  const deletions = itemsOf(feed.value, 'deleted-entry').flatMap(readDeletion);
  return videos.length + deletions.length === 0
    ? reject('malformed_body', 'The feed has no video.')
    : { ok: true, videos, deletions };
}

/** The content of `feed`. */
function readFeed(bytes: Buffer): { readonly ok: true; readonly value: JsonObject } | Rejection {
  const document = readXml(bytes);
  if (!document.ok) return document;
  const feed = valueAt(document.value, 'feed');
  return isJsonObject(feed)
    ? { ok: true, value: feed }
    : reject('malformed_body', 'The body must be an Atom feed.');
}

function itemsOf(feed: JsonObject, name: string): readonly unknown[] {
  const items = valueAt(feed, name);
  return Array.isArray(items) ? items : [];
}

function readVideo(entry: unknown): FeedVideo[] {
  const videoId = textAt(entry, 'videoId') ?? videoIdOf(textAt(entry, 'id'));
  if (videoId === undefined || !VIDEO_ID.test(videoId)) return [];
  const [link] = itemsOf(isJsonObject(entry) ? entry : {}, 'link');
  return [
    {
      videoId,
      ...present('channelId', textAt(entry, 'channelId')),
      ...present('title', textAt(entry, 'title')),
      ...present('link', textAt(link, '@href')),
      author: {
        ...present('name', textAt(entry, 'author', 'name')),
        ...present('uri', textAt(entry, 'author', 'uri')),
      },
      ...present('published', textAt(entry, 'published')),
      ...present('updated', textAt(entry, 'updated')),
    },
  ];
}

function readDeletion(entry: unknown): FeedDeletion[] {
  const videoId = videoIdOf(textAt(entry, '@ref'));
  const deleted = textAt(entry, '@when');
  if (videoId === undefined || !VIDEO_ID.test(videoId) || deleted === undefined) return [];
  const channelId = /\/channel\/([A-Za-z0-9_-]+)$/.exec(textAt(entry, 'by', 'uri') ?? '')?.[1];
  return [{ videoId, deleted, ...present('channelId', channelId) }];
}

/** The id in `yt:video:<id>`. */
function videoIdOf(atomId: string | undefined): string | undefined {
  return /^yt:video:(.+)$/.exec(atomId ?? '')?.[1];
}

function present<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: string });
}
