import type { Video } from '../youtube/videos.ts';

/** The Atom feed that a hub sends for a new or changed video. */
export function videoFeed(video: Video, author: string): string {
  const channel = `https://www.youtube.com/channel/${video.channelId}`;
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://pubsubhubbub.appspot.com"/><link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id=${video.channelId}"/><title>YouTube video feed</title><updated>${iso(video.updatedAtMs)}</updated><entry>
  <id>yt:video:${video.id}</id>
  <yt:videoId>${video.id}</yt:videoId>
  <yt:channelId>${video.channelId}</yt:channelId>
  <title>${escapeXml(video.title)}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=${video.id}"/>
  <author>
   <name>${escapeXml(author)}</name>
   <uri>${channel}</uri>
  </author>
  <published>${iso(video.publishedAtMs)}</published>
  <updated>${iso(video.updatedAtMs)}</updated>
 </entry></feed>
`;
}

/** The feed for a video that is gone (RFC 6721). */
export function deletionFeed(video: Video, author: string, atMs: number): string {
  const channel = `https://www.youtube.com/channel/${video.channelId}`;
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom"><at:deleted-entry ref="yt:video:${video.id}" when="${iso(atMs)}">
  <link href="https://www.youtube.com/watch?v=${video.id}"/>
  <at:by>
   <name>${escapeXml(author)}</name>
   <uri>${channel}</uri>
  </at:by>
 </at:deleted-entry></feed>
`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
