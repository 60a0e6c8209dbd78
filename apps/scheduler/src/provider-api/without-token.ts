/** The words of a refusal go into journals and messages, and a provider may repeat the token in them. */
export function withoutToken(body: Buffer, token: string | undefined): Buffer {
  if (token === undefined || token === '' || !body.includes(token)) return body;
  return Buffer.from(body.toString('utf8').replaceAll(token, '…'), 'utf8');
}
