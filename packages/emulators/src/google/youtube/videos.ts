import { createHash } from 'node:crypto';
import { BoundedMap } from '../../core/bounded.ts';
import type { GoogleAccount } from '../state.ts';

const MAX_VIDEOS = 200_000;
const MAX_LIKES = 5_000;
const MAX_CHANNELS = 20_000;

export interface Video {
  readonly id: string;
  readonly channelId: string;
  title: string;
  readonly publishedAtMs: number;
  updatedAtMs: number;
}

export interface Like {
  readonly videoId: string;
  readonly atMs: number;
}

export interface ChannelRecord {
  readonly id: string;
  readonly title: string;
  /** Ids, newest first. */
  uploads: string[];
  /** Newest first. */
  likes: Like[];
}

/** The channels of accounts, their uploads and likes. */
export class Videos {
  readonly #channels = new BoundedMap<string, ChannelRecord>(MAX_CHANNELS);
  readonly #channelsById = new BoundedMap<string, ChannelRecord>(MAX_CHANNELS);
  readonly #videos = new BoundedMap<string, Video>(MAX_VIDEOS);
  #count = 0;

  /** The channel of an account. Its id is derived from the account, so that it is the same after a restart. */
  channelOf(account: GoogleAccount): ChannelRecord {
    const known = this.#channels.get(account.id);
    if (known !== undefined) return known;
    const channel = { id: `UC${digest(account.id, 22)}`, title: account.name, uploads: [], likes: [] };
    this.#channels.set(account.id, channel);
    this.#channelsById.set(channel.id, channel);
    return channel;
  }

  channel(id: string): ChannelRecord | undefined {
    return this.#channelsById.get(id);
  }

  video(id: string): Video | undefined {
    return this.#videos.get(id);
  }

  upload(channel: ChannelRecord, title: string | undefined, atMs: number): Video {
    this.#count += 1;
    const video: Video = {
      id: digest(`video ${this.#count} ${channel.id}`, 11),
      channelId: channel.id,
      title: title ?? `Video ${this.#count}`,
      publishedAtMs: atMs,
      updatedAtMs: atMs,
    };
    this.#videos.set(video.id, video);
    channel.uploads = [video.id, ...channel.uploads].slice(0, MAX_LIKES);
    return video;
  }

  remove(video: Video): void {
    this.#videos.delete(video.id);
    const channel = this.channel(video.channelId);
    if (channel !== undefined) channel.uploads = channel.uploads.filter((id) => id !== video.id);
  }

  like(channel: ChannelRecord, videoId: string, atMs: number): void {
    this.unlike(channel, videoId);
    channel.likes = [{ videoId, atMs }, ...channel.likes].slice(0, MAX_LIKES);
  }

  unlike(channel: ChannelRecord, videoId: string): void {
    channel.likes = channel.likes.filter((like) => like.videoId !== videoId);
  }
}

/** The uploads list of a channel is called like the channel. */
export function uploadsListOf(channelId: string): string {
  return `UU${channelId.slice(2)}`;
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length);
}
