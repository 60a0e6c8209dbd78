// Generated from the files of this folder by "npm run providers -- --write". Do not edit.
// biome-ignore-all assist/source/organizeImports: in the order of the file names
import type { Provider } from '../provider/provider.ts';
import { ably } from './ably.ts';
import { adyen } from './adyen.ts';
import { adyenPlatform } from './adyen-platform.ts';
import { affirm } from './affirm.ts';
import { aftership } from './aftership.ts';
import { aiprise } from './aiprise.ts';
import { airship } from './airship.ts';
import { airtable } from './airtable.ts';
import { airwallex } from './airwallex.ts';
import { akeneo } from './akeneo.ts';
import { alchemy } from './alchemy.ts';
import { alipay } from './alipay.ts';
import { anthropic } from './anthropic.ts';
import { asana } from './asana.ts';
import { ascend } from './ascend.ts';
import { ashby } from './ashby.ts';
import { attentive } from './attentive.ts';
import { auth0 } from './auth0.ts';
import { authorizeNet } from './authorize-net.ts';
import { autodeskAps } from './autodesk-aps.ts';
import { awsSns } from './aws-sns.ts';
import { bigcommerce } from './bigcommerce.ts';
import { bird } from './bird.ts';
import { bitbucket } from './bitbucket.ts';
import { bolt } from './bolt.ts';
import { box } from './box.ts';
import { braintree } from './braintree.ts';
import { brevo } from './brevo.ts';
import { brex } from './brex.ts';
import { bridgeApi } from './bridge-api.ts';
import { bridgeXyz } from './bridge-xyz.ts';
import { buildkite } from './buildkite.ts';
import { buildkiteToken } from './buildkite-token.ts';
import { bunnyPlatform } from './bunny-platform.ts';
import { bunnyStream } from './bunny-stream.ts';
import { calCom } from './cal-com.ts';
import { calendly } from './calendly.ts';
import { chargebee } from './chargebee.ts';
import { chargify } from './chargify.ts';
import { checkoutCom } from './checkout-com.ts';
import { checkr } from './checkr.ts';
import { circle } from './circle.ts';
import { circleci } from './circleci.ts';
import { clerk } from './clerk.ts';
import { clickup } from './clickup.ts';
import { clio } from './clio.ts';
import { cloudflare } from './cloudflare.ts';
import { cloudflareStream } from './cloudflare-stream.ts';
import { cloudinary } from './cloudinary.ts';
import { cloudsignal } from './cloudsignal.ts';
import { coinbaseCommerce } from './coinbase-commerce.ts';
import { commercelayer } from './commercelayer.ts';
import { configcat } from './configcat.ts';
import { constantContact } from './constant-contact.ts';
import { contentful } from './contentful.ts';
import { courier } from './courier.ts';
import { cronofy } from './cronofy.ts';
import { cursor } from './cursor.ts';
import { customerIo } from './customer-io.ts';
import { datadog } from './datadog.ts';
import { deel } from './deel.ts';
import { deepgram } from './deepgram.ts';
import { discord } from './discord.ts';
import { docusign } from './docusign.ts';
import { doppler } from './doppler.ts';
import { dropbox } from './dropbox.ts';
import { dub } from './dub.ts';
import { dwolla } from './dwolla.ts';
import { easypost } from './easypost.ts';
import { ebay } from './ebay.ts';
import { elevenlabs } from './elevenlabs.ts';
import { enode } from './enode.ts';
import { ethoca } from './ethoca.ts';
import { etsy } from './etsy.ts';
import { exactOnline } from './exact-online.ts';
import { fal } from './fal.ts';
import { fastspring } from './fastspring.ts';
import { faundit } from './faundit.ts';
import { favro } from './favro.ts';
import { figma } from './figma.ts';
import { fillout } from './fillout.ts';
import { finch } from './finch.ts';
import { fireblocks } from './fireblocks.ts';
import { fireflies } from './fireflies.ts';
import { flexport } from './flexport.ts';
import { forgejo } from './forgejo.ts';
import { framer } from './framer.ts';
import { front } from './front.ts';
import { fusionauth } from './fusionauth.ts';
import { gemini } from './gemini.ts';
import { geminiDynamic } from './gemini-dynamic.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { gitlabSigned } from './gitlab-signed.ts';
import { gmail } from './gmail.ts';
import { gocardless } from './gocardless.ts';
import { gogs } from './gogs.ts';
import { greendot } from './greendot.ts';
import { heroku } from './heroku.ts';
import { hookdeck } from './hookdeck.ts';
import { hubspot } from './hubspot.ts';
import { hubspotLegacy } from './hubspot-legacy.ts';
import { huggingface } from './huggingface.ts';
import { incidentIo } from './incident-io.ts';
import { increase } from './increase.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { jiraConnect } from './jira-connect.ts';
import { keygen } from './keygen.ts';
import { kinde } from './kinde.ts';
import { klaviyo } from './klaviyo.ts';
import { knock } from './knock.ts';
import { launchdarkly } from './launchdarkly.ts';
import { lemonSqueezy } from './lemon-squeezy.ts';
import { line } from './line.ts';
import { linear } from './linear.ts';
import { linkedin } from './linkedin.ts';
import { lithic } from './lithic.ts';
import { liveblocks } from './liveblocks.ts';
import { livekit } from './livekit.ts';
import { lob } from './lob.ts';
import { loops } from './loops.ts';
import { mailchimp } from './mailchimp.ts';
import { mailgun } from './mailgun.ts';
import { mandrill } from './mandrill.ts';
import { meraki } from './meraki.ts';
import { mercadoPago } from './mercado-pago.ts';
import { mergeDev } from './merge-dev.ts';
import { messagebird } from './messagebird.ts';
import { meta } from './meta.ts';
import { microsoftGraph } from './microsoft-graph.ts';
import { mixpanel } from './mixpanel.ts';
import { modernTreasury } from './modern-treasury.ts';
import { mollieClassic } from './mollie-classic.ts';
import { mollieNext } from './mollie-next.ts';
import { monday } from './monday.ts';
import { mongodbAtlas } from './mongodb-atlas.ts';
import { msTeamsOutgoing } from './ms-teams-outgoing.ts';
import { mux } from './mux.ts';
import { neonAuth } from './neon-auth.ts';
import { netlify } from './netlify.ts';
import { newRelic } from './new-relic.ts';
import { nmi } from './nmi.ts';
import { notion } from './notion.ts';
import { npm } from './npm.ts';
import { nuvemshop } from './nuvemshop.ts';
import { nylas } from './nylas.ts';
import { okta } from './okta.ts';
import { onfleet } from './onfleet.ts';
import { openai } from './openai.ts';
import { openclaw } from './openclaw.ts';
import { orb } from './orb.ts';
import { oura } from './oura.ts';
import { paddle } from './paddle.ts';
import { pagerduty } from './pagerduty.ts';
import { paymob } from './paymob.ts';
import { paypal } from './paypal.ts';
import { payproGlobal } from './paypro-global.ts';
import { paystack } from './paystack.ts';
import { persona } from './persona.ts';
import { picqer } from './picqer.ts';
import { pipedrive } from './pipedrive.ts';
import { plaid } from './plaid.ts';
import { plivoV2 } from './plivo-v2.ts';
import { plivoV3 } from './plivo-v3.ts';
import { polar } from './polar.ts';
import { postmark } from './postmark.ts';
import { praxis } from './praxis.ts';
import { primer } from './primer.ts';
import { pubsub } from './pubsub.ts';
import { pusher } from './pusher.ts';
import { pylon } from './pylon.ts';
import { pylonSolar } from './pylon-solar.ts';
import { qstash } from './qstash.ts';
import { quickbooks } from './quickbooks.ts';
import { quoter } from './quoter.ts';
import { razorpay } from './razorpay.ts';
import { recharge } from './recharge.ts';
import { rechargeLegacy } from './recharge-legacy.ts';
import { recurly } from './recurly.ts';
import { render } from './render.ts';
import { replicate } from './replicate.ts';
import { resend } from './resend.ts';
import { retell } from './retell.ts';
import { revolut } from './revolut.ts';
import { ringcentral } from './ringcentral.ts';
import { salesforce } from './salesforce.ts';
import { sanity } from './sanity.ts';
import { scrapfly } from './scrapfly.ts';
import { segment } from './segment.ts';
import { sendbird } from './sendbird.ts';
import { sendgrid } from './sendgrid.ts';
import { sentry } from './sentry.ts';
import { sharepoint } from './sharepoint.ts';
import { shipbob } from './shipbob.ts';
import { shiphero } from './shiphero.ts';
import { shippo } from './shippo.ts';
import { shipstation } from './shipstation.ts';
import { shipstationV1 } from './shipstation-v1.ts';
import { shopify } from './shopify.ts';
import { shopline } from './shopline.ts';
import { sinch } from './sinch.ts';
import { slack } from './slack.ts';
import { smartcar } from './smartcar.ts';
import { smileApi } from './smile-api.ts';
import { solidgate } from './solidgate.ts';
import { sparkpost } from './sparkpost.ts';
import { square } from './square.ts';
import { squarespace } from './squarespace.ts';
import { statsig } from './statsig.ts';
import { strava } from './strava.ts';
import { stripe } from './stripe.ts';
import { stytch } from './stytch.ts';
import { supabase } from './supabase.ts';
import { svix } from './svix.ts';
import { synctera } from './synctera.ts';
import { tally } from './tally.ts';
import { tebex } from './tebex.ts';
import { telegram } from './telegram.ts';
import { telnyx } from './telnyx.ts';
import { tiktok } from './tiktok.ts';
import { tiktokShop } from './tiktok-shop.ts';
import { tokenIo } from './token-io.ts';
import { travis } from './travis.ts';
import { treezor } from './treezor.ts';
import { trello } from './trello.ts';
import { twilio } from './twilio.ts';
import { twitch } from './twitch.ts';
import { typeform } from './typeform.ts';
import { uber } from './uber.ts';
import { upollo } from './upollo.ts';
import { usps } from './usps.ts';
import { utila } from './utila.ts';
import { vanta } from './vanta.ts';
import { vercel } from './vercel.ts';
import { viber } from './viber.ts';
import { vonage } from './vonage.ts';
import { walmart } from './walmart.ts';
import { webflow } from './webflow.ts';
import { wechatPay } from './wechat-pay.ts';
import { wise } from './wise.ts';
import { wix } from './wix.ts';
import { woocommerce } from './woocommerce.ts';
import { workos } from './workos.ts';
import { x } from './x.ts';
import { xero } from './xero.ts';
import { youtube } from './youtube.ts';
import { zapier } from './zapier.ts';
import { zendesk } from './zendesk.ts';
import { zerohash } from './zerohash.ts';
import { zift } from './zift.ts';
import { zoom } from './zoom.ts';

export const NAMED_PROVIDERS: readonly Provider[] = [
  ably,
  adyen,
  adyenPlatform,
  affirm,
  aftership,
  aiprise,
  airship,
  airtable,
  airwallex,
  akeneo,
  alchemy,
  alipay,
  anthropic,
  asana,
  ascend,
  ashby,
  attentive,
  auth0,
  authorizeNet,
  autodeskAps,
  awsSns,
  bigcommerce,
  bird,
  bitbucket,
  bolt,
  box,
  braintree,
  brevo,
  brex,
  bridgeApi,
  bridgeXyz,
  buildkite,
  buildkiteToken,
  bunnyPlatform,
  bunnyStream,
  calCom,
  calendly,
  chargebee,
  chargify,
  checkoutCom,
  checkr,
  circle,
  circleci,
  clerk,
  clickup,
  clio,
  cloudflare,
  cloudflareStream,
  cloudinary,
  cloudsignal,
  coinbaseCommerce,
  commercelayer,
  configcat,
  constantContact,
  contentful,
  courier,
  cronofy,
  cursor,
  customerIo,
  datadog,
  deel,
  deepgram,
  discord,
  docusign,
  doppler,
  dropbox,
  dub,
  dwolla,
  easypost,
  ebay,
  elevenlabs,
  enode,
  ethoca,
  etsy,
  exactOnline,
  fal,
  fastspring,
  faundit,
  favro,
  figma,
  fillout,
  finch,
  fireblocks,
  fireflies,
  flexport,
  forgejo,
  framer,
  front,
  fusionauth,
  gemini,
  geminiDynamic,
  gitea,
  github,
  gitlab,
  gitlabSigned,
  gmail,
  gocardless,
  gogs,
  greendot,
  heroku,
  hookdeck,
  hubspot,
  hubspotLegacy,
  huggingface,
  incidentIo,
  increase,
  intercom,
  jira,
  jiraConnect,
  keygen,
  kinde,
  klaviyo,
  knock,
  launchdarkly,
  lemonSqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  livekit,
  lob,
  loops,
  mailchimp,
  mailgun,
  mandrill,
  meraki,
  mercadoPago,
  mergeDev,
  messagebird,
  meta,
  microsoftGraph,
  mixpanel,
  modernTreasury,
  mollieClassic,
  mollieNext,
  monday,
  mongodbAtlas,
  msTeamsOutgoing,
  mux,
  neonAuth,
  netlify,
  newRelic,
  nmi,
  notion,
  npm,
  nuvemshop,
  nylas,
  okta,
  onfleet,
  openai,
  openclaw,
  orb,
  oura,
  paddle,
  pagerduty,
  paymob,
  paypal,
  payproGlobal,
  paystack,
  persona,
  picqer,
  pipedrive,
  plaid,
  plivoV2,
  plivoV3,
  polar,
  postmark,
  praxis,
  primer,
  pubsub,
  pusher,
  pylon,
  pylonSolar,
  qstash,
  quickbooks,
  quoter,
  razorpay,
  recharge,
  rechargeLegacy,
  recurly,
  render,
  replicate,
  resend,
  retell,
  revolut,
  ringcentral,
  salesforce,
  sanity,
  scrapfly,
  segment,
  sendbird,
  sendgrid,
  sentry,
  sharepoint,
  shipbob,
  shiphero,
  shippo,
  shipstation,
  shipstationV1,
  shopify,
  shopline,
  sinch,
  slack,
  smartcar,
  smileApi,
  solidgate,
  sparkpost,
  square,
  squarespace,
  statsig,
  strava,
  stripe,
  stytch,
  supabase,
  svix,
  synctera,
  tally,
  tebex,
  telegram,
  telnyx,
  tiktok,
  tiktokShop,
  tokenIo,
  travis,
  treezor,
  trello,
  twilio,
  twitch,
  typeform,
  uber,
  upollo,
  usps,
  utila,
  vanta,
  vercel,
  viber,
  vonage,
  walmart,
  webflow,
  wechatPay,
  wise,
  wix,
  woocommerce,
  workos,
  x,
  xero,
  youtube,
  zapier,
  zendesk,
  zerohash,
  zift,
  zoom,
];
