/**
 * A JSON body of exactly `bytes` bytes, shaped like a payload of GitHub: a few members that are read (`action`,
 * `repository`), nested objects, and text.
 */
export function makeBody(index: number, bytes: number, action: string): Buffer {
  const body = {
    action,
    number: index,
    repository: {
      id: 186_853_002,
      name: 'api',
      full_name: 'acme/api',
      private: true,
      owner: { login: 'acme', id: 21_031_067, type: 'Organization', site_admin: false },
      html_url: 'https://github.com/acme/api',
      default_branch: 'main',
      topics: ['billing', 'events'],
    },
    organization: { login: 'acme', id: 21_031_067 },
    sender: { login: 'octocat', id: 583_231, type: 'User', site_admin: false },
    description: '',
  };
  const room = bytes - Buffer.byteLength(JSON.stringify(body));
  if (room < 0) throw new Error(`a body of ${bytes} bytes is too small: the minimum is ${bytes - room}`);
  body.description = 'The quick brown fox jumps over the lazy dog. '
    .repeat(Math.ceil(room / 45))
    .slice(0, room);
  return Buffer.from(JSON.stringify(body));
}
