import type { Provider } from './provider.ts';
import { adyen } from './providers/adyen.ts';
import { awsSns } from './providers/aws-sns.ts';
import { discord } from './providers/discord.ts';
import { gmail } from './providers/gmail.ts';
import { jwt } from './providers/jwt.ts';
import { livekit } from './providers/livekit.ts';
import { mercadoPago } from './providers/mercado-pago.ts';
import { messagebird } from './providers/messagebird.ts';
import { netlify } from './providers/netlify.ts';
import { paypal } from './providers/paypal.ts';
import { pubsub } from './providers/pubsub.ts';
import { qstash } from './providers/qstash.ts';
import { sendgrid } from './providers/sendgrid.ts';
import { telnyx } from './providers/telnyx.ts';
import { twilio } from './providers/twilio.ts';
import { vonage } from './providers/vonage.ts';
import { wise } from './providers/wise.ts';
import { youtube } from './providers/youtube.ts';

/** Providers whose rules no table could say: keys that are fetched, tokens, signatures inside of the body. */
export const CODE_PROVIDERS: readonly Provider[] = [
  gmail,
  discord,
  youtube,
  twilio,
  awsSns,
  paypal,
  adyen,
  sendgrid,
  telnyx,
  wise,
  mercadoPago,
  vonage,
  messagebird,
  netlify,
  livekit,
  qstash,
  pubsub,
  jwt,
];
