import { allowList } from './generic/allow-list.ts';
import { apiKey } from './generic/api-key.ts';
import { basic } from './generic/basic.ts';
import { bearer } from './generic/bearer.ts';
import { hmac } from './generic/hmac.ts';
import type { Provider } from './provider/provider.ts';
import { ably } from './providers/ably.ts';
import { adyenPlatform } from './providers/adyen-platform.ts';
import { affirm } from './providers/affirm.ts';
import { aftership } from './providers/aftership.ts';
import { aiprise } from './providers/aiprise.ts';
import { airship } from './providers/airship.ts';
import { airtable } from './providers/airtable.ts';
import { airwallex } from './providers/airwallex.ts';
import { akeneo } from './providers/akeneo.ts';
import { alchemy } from './providers/alchemy.ts';
import { anthropic } from './providers/anthropic.ts';
import { asana } from './providers/asana.ts';
import { ascend } from './providers/ascend.ts';
import { ashby } from './providers/ashby.ts';
import { attentive } from './providers/attentive.ts';
import { auth0 } from './providers/auth0.ts';
import { authorizeNet } from './providers/authorize-net.ts';
import { autodeskAps } from './providers/autodesk-aps.ts';
import { bigcommerce } from './providers/bigcommerce.ts';
import { bird } from './providers/bird.ts';
import { bitbucket } from './providers/bitbucket.ts';
import { bolt } from './providers/bolt.ts';
import { box } from './providers/box.ts';
import { braintree } from './providers/braintree.ts';
import { brevo } from './providers/brevo.ts';
import { brex } from './providers/brex.ts';
import { bridgeApi } from './providers/bridge-api.ts';
import { bridgeXyz } from './providers/bridge-xyz.ts';
import { buildkite } from './providers/buildkite.ts';
import { buildkiteToken } from './providers/buildkite-token.ts';
import { bunnyPlatform } from './providers/bunny-platform.ts';
import { bunnyStream } from './providers/bunny-stream.ts';
import { calCom } from './providers/cal-com.ts';
import { calendly } from './providers/calendly.ts';
import { chargebee } from './providers/chargebee.ts';
import { chargify } from './providers/chargify.ts';
import { checkoutCom } from './providers/checkout-com.ts';
import { checkr } from './providers/checkr.ts';
import { circle } from './providers/circle.ts';
import { circleci } from './providers/circleci.ts';
import { clickup } from './providers/clickup.ts';
import { clio } from './providers/clio.ts';
import { cloudflare } from './providers/cloudflare.ts';
import { cloudflareStream } from './providers/cloudflare-stream.ts';
import { cloudinary } from './providers/cloudinary.ts';
import { cloudsignal } from './providers/cloudsignal.ts';
import { coinbaseCommerce } from './providers/coinbase-commerce.ts';
import { commercelayer } from './providers/commercelayer.ts';
import { configcat } from './providers/configcat.ts';
import { courier } from './providers/courier.ts';
import { cronofy } from './providers/cronofy.ts';
import { cursor } from './providers/cursor.ts';
import { customerIo } from './providers/customer-io.ts';
import { datadog } from './providers/datadog.ts';
import { deel } from './providers/deel.ts';
import { deepgram } from './providers/deepgram.ts';
import { docusign } from './providers/docusign.ts';
import { doppler } from './providers/doppler.ts';
import { dropbox } from './providers/dropbox.ts';
import { dub } from './providers/dub.ts';
import { dwolla } from './providers/dwolla.ts';
import { easypost } from './providers/easypost.ts';
import { elevenlabs } from './providers/elevenlabs.ts';
import { enode } from './providers/enode.ts';
import { ethoca } from './providers/ethoca.ts';
import { etsy } from './providers/etsy.ts';
import { exactOnline } from './providers/exact-online.ts';
import { fastspring } from './providers/fastspring.ts';
import { faundit } from './providers/faundit.ts';
import { favro } from './providers/favro.ts';
import { figma } from './providers/figma.ts';
import { fillout } from './providers/fillout.ts';
import { finch } from './providers/finch.ts';
import { fireflies } from './providers/fireflies.ts';
import { flexport } from './providers/flexport.ts';
import { forgejo } from './providers/forgejo.ts';
import { framer } from './providers/framer.ts';
import { front } from './providers/front.ts';
import { gemini } from './providers/gemini.ts';
import { gitea } from './providers/gitea.ts';
import { gitlab } from './providers/gitlab.ts';
import { gitlabSigned } from './providers/gitlab-signed.ts';
import { gocardless } from './providers/gocardless.ts';
import { gogs } from './providers/gogs.ts';
import { heroku } from './providers/heroku.ts';
import { hookdeck } from './providers/hookdeck.ts';
import { hubspot } from './providers/hubspot.ts';
import { hubspotLegacy } from './providers/hubspot-legacy.ts';
import { huggingface } from './providers/huggingface.ts';
import { incidentIo } from './providers/incident-io.ts';
import { increase } from './providers/increase.ts';
import { intercom } from './providers/intercom.ts';
import { jira } from './providers/jira.ts';
import { klaviyo } from './providers/klaviyo.ts';
import { knock } from './providers/knock.ts';
import { launchdarkly } from './providers/launchdarkly.ts';
import { lemonSqueezy } from './providers/lemon-squeezy.ts';
import { line } from './providers/line.ts';
import { linear } from './providers/linear.ts';
import { linkedin } from './providers/linkedin.ts';
import { lithic } from './providers/lithic.ts';
import { liveblocks } from './providers/liveblocks.ts';
import { lob } from './providers/lob.ts';
import { loops } from './providers/loops.ts';
import { mailchimp } from './providers/mailchimp.ts';
import { mailgun } from './providers/mailgun.ts';
import { mandrill } from './providers/mandrill.ts';
import { meraki } from './providers/meraki.ts';
import { mergeDev } from './providers/merge-dev.ts';
import { microsoftGraph } from './providers/microsoft-graph.ts';
import { mixpanel } from './providers/mixpanel.ts';
import { modernTreasury } from './providers/modern-treasury.ts';
import { mollieClassic } from './providers/mollie-classic.ts';
import { mollieNext } from './providers/mollie-next.ts';
import { mongodbAtlas } from './providers/mongodb-atlas.ts';
import { msTeamsOutgoing } from './providers/ms-teams-outgoing.ts';
import { mux } from './providers/mux.ts';
import { newRelic } from './providers/new-relic.ts';
import { nmi } from './providers/nmi.ts';
import { notion } from './providers/notion.ts';
import { npm } from './providers/npm.ts';
import { nuvemshop } from './providers/nuvemshop.ts';
import { nylas } from './providers/nylas.ts';
import { okta } from './providers/okta.ts';
import { onfleet } from './providers/onfleet.ts';
import { openai } from './providers/openai.ts';
import { openclaw } from './providers/openclaw.ts';
import { orb } from './providers/orb.ts';
import { oura } from './providers/oura.ts';
import { paddle } from './providers/paddle.ts';
import { pagerduty } from './providers/pagerduty.ts';
import { paymob } from './providers/paymob.ts';
import { payproGlobal } from './providers/paypro-global.ts';
import { paystack } from './providers/paystack.ts';
import { persona } from './providers/persona.ts';
import { picqer } from './providers/picqer.ts';
import { pipedrive } from './providers/pipedrive.ts';
import { plivoV2 } from './providers/plivo-v2.ts';
import { polar } from './providers/polar.ts';
import { postmark } from './providers/postmark.ts';
import { primer } from './providers/primer.ts';
import { pusher } from './providers/pusher.ts';
import { pylon } from './providers/pylon.ts';
import { pylonSolar } from './providers/pylon-solar.ts';
import { quickbooks } from './providers/quickbooks.ts';
import { quoter } from './providers/quoter.ts';
import { razorpay } from './providers/razorpay.ts';
import { recharge } from './providers/recharge.ts';
import { rechargeLegacy } from './providers/recharge-legacy.ts';
import { recurly } from './providers/recurly.ts';
import { render } from './providers/render.ts';
import { replicate } from './providers/replicate.ts';
import { resend } from './providers/resend.ts';
import { retell } from './providers/retell.ts';
import { revolut } from './providers/revolut.ts';
import { ringcentral } from './providers/ringcentral.ts';
import { sanity } from './providers/sanity.ts';
import { scrapfly } from './providers/scrapfly.ts';
import { segment } from './providers/segment.ts';
import { sendbird } from './providers/sendbird.ts';
import { sentry } from './providers/sentry.ts';
import { sharepoint } from './providers/sharepoint.ts';
import { shipbob } from './providers/shipbob.ts';
import { shiphero } from './providers/shiphero.ts';
import { shippo } from './providers/shippo.ts';
import { shipstationV1 } from './providers/shipstation-v1.ts';
import { shopify } from './providers/shopify.ts';
import { shopline } from './providers/shopline.ts';
import { sinch } from './providers/sinch.ts';
import { smartcar } from './providers/smartcar.ts';
import { smileApi } from './providers/smile-api.ts';
import { solidgate } from './providers/solidgate.ts';
import { sparkpost } from './providers/sparkpost.ts';
import { square } from './providers/square.ts';
import { squarespace } from './providers/squarespace.ts';
import { statsig } from './providers/statsig.ts';
import { strava } from './providers/strava.ts';
import { stytch } from './providers/stytch.ts';
import { supabase } from './providers/supabase.ts';
import { svix } from './providers/svix.ts';
import { synctera } from './providers/synctera.ts';
import { tally } from './providers/tally.ts';
import { tebex } from './providers/tebex.ts';
import { telegram } from './providers/telegram.ts';
import { tiktok } from './providers/tiktok.ts';
import { tiktokShop } from './providers/tiktok-shop.ts';
import { tokenIo } from './providers/token-io.ts';
import { treezor } from './providers/treezor.ts';
import { trello } from './providers/trello.ts';
import { twitch } from './providers/twitch.ts';
import { typeform } from './providers/typeform.ts';
import { uber } from './providers/uber.ts';
import { upollo } from './providers/upollo.ts';
import { usps } from './providers/usps.ts';
import { utila } from './providers/utila.ts';
import { vanta } from './providers/vanta.ts';
import { vercel } from './providers/vercel.ts';
import { viber } from './providers/viber.ts';
import { walmart } from './providers/walmart.ts';
import { webflow } from './providers/webflow.ts';
import { woocommerce } from './providers/woocommerce.ts';
import { workos } from './providers/workos.ts';
import { x } from './providers/x.ts';
import { xero } from './providers/xero.ts';
import { zapier } from './providers/zapier.ts';
import { zendesk } from './providers/zendesk.ts';
import { zerohash } from './providers/zerohash.ts';
import { zoom } from './providers/zoom.ts';

/** The providers that need no code, by name. */
export const PRESETS: readonly Provider[] = [
  ably,
  adyenPlatform,
  affirm,
  aftership,
  aiprise,
  airship,
  airtable,
  airwallex,
  akeneo,
  alchemy,
  anthropic,
  asana,
  ascend,
  ashby,
  attentive,
  auth0,
  authorizeNet,
  autodeskAps,
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
  clickup,
  clio,
  cloudflare,
  cloudflareStream,
  cloudinary,
  cloudsignal,
  coinbaseCommerce,
  commercelayer,
  configcat,
  courier,
  cronofy,
  cursor,
  customerIo,
  datadog,
  deel,
  deepgram,
  docusign,
  doppler,
  dropbox,
  dub,
  dwolla,
  easypost,
  elevenlabs,
  enode,
  ethoca,
  etsy,
  exactOnline,
  fastspring,
  faundit,
  favro,
  figma,
  fillout,
  finch,
  fireflies,
  flexport,
  forgejo,
  framer,
  front,
  gemini,
  gitea,
  gitlab,
  gitlabSigned,
  gocardless,
  gogs,
  heroku,
  hookdeck,
  hubspot,
  hubspotLegacy,
  huggingface,
  incidentIo,
  increase,
  intercom,
  jira,
  klaviyo,
  knock,
  launchdarkly,
  lemonSqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  lob,
  loops,
  mailchimp,
  mailgun,
  mandrill,
  meraki,
  mergeDev,
  microsoftGraph,
  mixpanel,
  modernTreasury,
  mollieClassic,
  mollieNext,
  mongodbAtlas,
  msTeamsOutgoing,
  mux,
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
  payproGlobal,
  paystack,
  persona,
  picqer,
  pipedrive,
  plivoV2,
  polar,
  postmark,
  primer,
  pusher,
  pylon,
  pylonSolar,
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
  sanity,
  scrapfly,
  segment,
  sendbird,
  sentry,
  sharepoint,
  shipbob,
  shiphero,
  shippo,
  shipstationV1,
  shopify,
  shopline,
  sinch,
  smartcar,
  smileApi,
  solidgate,
  sparkpost,
  square,
  squarespace,
  statsig,
  strava,
  stytch,
  supabase,
  svix,
  synctera,
  tally,
  tebex,
  telegram,
  tiktok,
  tiktokShop,
  tokenIo,
  treezor,
  trello,
  twitch,
  typeform,
  uber,
  upollo,
  usps,
  utila,
  vanta,
  vercel,
  viber,
  walmart,
  webflow,
  woocommerce,
  workos,
  x,
  xero,
  zapier,
  zendesk,
  zerohash,
  zoom,
];

/** For senders that are not known by name. */
export const GENERIC_PROVIDERS: readonly Provider[] = [hmac, bearer, apiKey, basic, allowList];
