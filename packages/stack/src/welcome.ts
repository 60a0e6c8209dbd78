import { readyFilePath } from './ready-file.ts';
import type { Stack } from './stack.ts';

/** What `npm start` prints when everything answers. The commands work when pasted, one after the other. */
export function describeRunningStack(
  stack: Stack,
  options: { home: string; ownNats: boolean; allowsLoopback: boolean; receiverPort: number },
): string {
  const { urls } = stack;
  const { receiverPort } = options;
  const receiverUrl = options.allowsLoopback
    ? `http://127.0.0.1:${receiverPort}/`
    : 'https://example.com/webhooks';
  const relaxations = [
    ...(options.allowsLoopback
      ? ['endpoints may be on this machine (HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS=true)']
      : []),
    ...(options.ownNats
      ? [
          'NATS does not fsync each event: a crash of a process loses nothing, a power cut may lose the last minutes',
        ]
      : []),
  ];
  return `
Hookline is up.

  gateway    ${urls.gateway}   the API and the live feed
  ingest     ${urls.ingest}   providers post their webhooks here
  delivery   ${urls.delivery}   internal
  scheduler  ${urls.scheduler}   internal
  data       ${options.home}   kept between runs; ready.json has the addresses and the operator's key

${options.allowsLoopback ? receiverHere(receiverPort) : RECEIVER_ELSEWHERE}
  KEY=$(node -p 'require("${readyFilePath(options.home)}").operatorKey')
  ENDPOINT=$(curl -s ${urls.gateway}/api/webhooks -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
    -d '{"userId":"user_1","name":"first","url":"${receiverUrl}","events":["project.*"]}' | node -p 'JSON.parse(require("fs").readFileSync(0)).data.id')
  curl -sw '\\n' ${urls.gateway}/api/events -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
    -d '{"userId":"user_1","type":"project.created","data":{"name":"Apollo"}}'
  sleep 1; curl -sw '\\n' "${urls.gateway}/api/webhooks/$ENDPOINT/deliveries?userId=user_1" -H "Authorization: Bearer $KEY"
${relaxations.length === 0 ? '' : `\nRelaxed in this quick start, and only here:\n${relaxations.map((relaxation) => `  - ${relaxation}`).join('\n')}\n`}
Ctrl-C drains and stops everything.
`;
}

const receiverHere = (port: number) => `\
Try it in another terminal: a receiver, an endpoint, an event, and what became of it.

  node -e 'require("http").createServer((q,s)=>{let b="";q.on("data",d=>b+=d).on("end",()=>{console.log(q.headers["webhook-id"],b);s.end()})}).listen(${port},"127.0.0.1")' &`;

const RECEIVER_ELSEWHERE = `\
Try it in another terminal: an endpoint, an event, and what became of it. Put the URL of a receiver of yours in place of
https://example.com/webhooks: endpoints on this machine are switched off (HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS=false).
`;
