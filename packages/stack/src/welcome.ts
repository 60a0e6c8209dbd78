import { readyFilePath } from './ready-file.ts';
import type { Stack } from './stack.ts';

/** The text that `npm start` prints once every service is ready. Its commands work when pasted into a shell. */
export function describeRunningStack(
  stack: Stack,
  options: {
    home: string;
    ownNats: boolean;
    allowsLoopback: boolean;
    receiverPort: number;
    hasSandbox: boolean;
  },
): string {
  const { urls } = stack;
  const { receiverPort } = options;
  const receiverUrl = options.allowsLoopback
    ? `http://127.0.0.1:${receiverPort}/`
    : 'https://example.com/webhooks';
  const relaxations = [
    ...(options.allowsLoopback
      ? ['endpoint URLs may point to this machine (HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS=true)']
      : []),
    ...(options.ownNats
      ? [
          'NATS does not fsync each event: a process crash loses no event, but a power cut may lose the events of the last minutes',
        ]
      : []),
  ];
  return `
Hookline is up.

  dashboard  ${urls.gateway}/dashboard   sign in with the operator's API key
  gateway    ${urls.gateway}   the API and the live feed
  ingest     ${urls.ingest}   receives webhooks from providers
  delivery   ${urls.delivery}   internal
  scheduler  ${urls.scheduler}   internal
  data       ${options.home}   kept between runs; ready.json contains the URLs and the operator's API key

${options.allowsLoopback ? receiverHere(receiverPort) : RECEIVER_ELSEWHERE}
  KEY=$(node -p 'require("${readyFilePath(options.home)}").operatorKey')
  ENDPOINT=$(curl -s ${urls.gateway}/api/webhooks -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
    -d '{"userId":"user_1","name":"first","url":"${receiverUrl}","events":["project.*"]}' | node -p 'JSON.parse(require("fs").readFileSync(0)).data.id')
  curl -sw '\\n' ${urls.gateway}/api/events -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
    -d '{"userId":"user_1","type":"project.created","data":{"name":"Apollo"}}'
  sleep 1; curl -sw '\\n' "${urls.gateway}/api/webhooks/$ENDPOINT/deliveries?userId=user_1" -H "Authorization: Bearer $KEY"

Connected accounts of GitHub, Gmail, Slack and others, without an account anywhere: npm run demo -- connections
${options.hasSandbox ? 'Links for connecting such accounts yourself follow below.' : 'To connect such accounts yourself in a browser: HOOKLINE_SANDBOX=true npm start'}
${relaxations.length === 0 ? '' : `\nLess strict than in production, for this quick start only:\n${relaxations.map((relaxation) => `  - ${relaxation}`).join('\n')}\n`}
Press Ctrl-C to stop Hookline. Requests in progress are finished first.
`;
}

const receiverHere = (port: number) => `\
Try it in another terminal. These commands start a receiver, create an endpoint, publish an event and list its delivery.

  node -e 'require("http").createServer((q,s)=>{let b="";q.on("data",d=>b+=d).on("end",()=>{console.log(q.headers["webhook-id"],b);s.end()})}).listen(${port},"127.0.0.1")' &`;

const RECEIVER_ELSEWHERE = `\
Try it in another terminal. These commands create an endpoint, publish an event and list its delivery. First replace
https://example.com/webhooks by the URL of your receiver. It can't be a URL of this machine, because
HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS is false.
`;
