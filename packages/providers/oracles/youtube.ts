import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const channel = 'UCuAXFkgsw1L7xaCfnd5JJOw';

export const oracle: Oracle = {
  provider: 'youtube',
  source:
    'https://developers.google.com/youtube/v3/guides/push_notifications and https://www.w3.org/TR/websub/#signing-content',
  secrets: ['a long random text of YouTube', 'another random text of YouTube'],
  options: { topic: channel },
  covers: 'body',
  signatureHeaders: ['x-hub-signature'],
  contentType: 'application/atom+xml',
  body: `<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://pubsubhubbub.appspot.com"/><link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id=${channel}"/><title>YouTube video feed</title><updated>2023-11-14T22:13:20.052852+00:00</updated><entry><id>yt:video:dQw4w9WgXcQ</id><yt:videoId>dQw4w9WgXcQ</yt:videoId><yt:channelId>${channel}</yt:channelId><title>A video</title><link rel="alternate" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/><author><name>Acme</name><uri>https://www.youtube.com/channel/${channel}</uri></author><published>2023-11-14T22:10:00+00:00</published><updated>2023-11-14T22:13:20.052852+00:00</updated></entry></feed>\n`,
  sign: ({ body, secret }) => ({
    headers: { 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}` },
  }),
};
