import { jwt } from './generic/jwt.ts';
import type { Provider } from './provider/provider.ts';
import { adyen } from './providers/adyen.ts';
import { alipay } from './providers/alipay.ts';
import { awsSns } from './providers/aws-sns.ts';
import { constantContact } from './providers/constant-contact.ts';
import { contentful } from './providers/contentful.ts';
import { discord } from './providers/discord.ts';
import { ebay } from './providers/ebay.ts';
import { fal } from './providers/fal.ts';
import { fireblocks } from './providers/fireblocks.ts';
import { fusionauth } from './providers/fusionauth.ts';
import { geminiDynamic } from './providers/gemini-dynamic.ts';
import { gmail } from './providers/gmail.ts';
import { greendot } from './providers/greendot.ts';
import { jiraConnect } from './providers/jira-connect.ts';
import { keygen } from './providers/keygen.ts';
import { kinde } from './providers/kinde.ts';
import { livekit } from './providers/livekit.ts';
import { mercadoPago } from './providers/mercado-pago.ts';
import { messagebird } from './providers/messagebird.ts';
import { monday } from './providers/monday.ts';
import { neonAuth } from './providers/neon-auth.ts';
import { netlify } from './providers/netlify.ts';
import { paypal } from './providers/paypal.ts';
import { plaid } from './providers/plaid.ts';
import { plivoV3 } from './providers/plivo-v3.ts';
import { praxis } from './providers/praxis.ts';
import { pubsub } from './providers/pubsub.ts';
import { qstash } from './providers/qstash.ts';
import { salesforce } from './providers/salesforce.ts';
import { sendgrid } from './providers/sendgrid.ts';
import { shipstation } from './providers/shipstation.ts';
import { telnyx } from './providers/telnyx.ts';
import { travis } from './providers/travis.ts';
import { twilio } from './providers/twilio.ts';
import { vonage } from './providers/vonage.ts';
import { wechatPay } from './providers/wechat-pay.ts';
import { wise } from './providers/wise.ts';
import { wix } from './providers/wix.ts';
import { youtube } from './providers/youtube.ts';
import { zift } from './providers/zift.ts';

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
  monday,
  jiraConnect,
  plaid,
  fusionauth,
  greendot,
  kinde,
  wix,
  geminiDynamic,
  fal,
  shipstation,
  travis,
  fireblocks,
  neonAuth,
  constantContact,
  ebay,
  keygen,
  wechatPay,
  alipay,
  contentful,
  plivoV3,
  praxis,
  zift,
  salesforce,
];
