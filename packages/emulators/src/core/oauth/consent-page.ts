import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Answer } from '../answer.ts';
import { escapeHtml, formFields, htmlPage } from '../html.ts';
import { ownOrigin, type Parameters, queryParameters } from '../parameters.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Account, Application, Decision, PendingConsent } from './records.ts';
import { Refusal } from './refusal.ts';

const MAX_SHOWN_ACCOUNTS = 50;

export interface ConsentRules {
  /** The paths of the authorization address, such as `/github.com/login/oauth/authorize`. */
  readonly paths: readonly [string, ...string[]];
  /** The name of the provider for people. */
  readonly title: string;
  /** The person can untick scopes. */
  readonly granular: boolean;
  /** All scopes that the page names. Default: those in `scope`. */
  readonly scopesOf?: (parameters: Parameters) => string[];
  /** The answer for a redirect address that is not registered. Default: 400. */
  readonly onMismatch?: (application: Application, parameters: Parameters) => string | undefined;
  /** Why the provider permits no such address. */
  readonly rejectRedirect?: (address: URL) => string | undefined;
  /** Decides without a page, for `prompt=none` and the like. */
  readonly withoutPage?: (pending: PendingConsent<Application>) => Decision | undefined;
}

/**
 * Mounts the authorization address, with a page of buttons, and the address that the buttons post to. The page says
 * that it is an emulator.
 */
export function mountConsentPage<App extends Application, Person extends Account>(
  app: FastifyInstance,
  server: AuthorizationServer<App, Person>,
  rules: ConsentRules,
): void {
  const decisionPath = `${rules.paths[0]}/decision`;
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const pending = begin(server, rules, queryParameters(request));
    if (typeof pending === 'string') return redirect(reply, pending);
    const decision = pending.application.autoApprove ? { approve: true } : rules.withoutPage?.(pending);
    if (decision !== undefined) return redirect(reply, server.decide(pending.id, decision));
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page(server, rules, pending, `${ownOrigin(request)}${decisionPath}`));
  };
  for (const path of rules.paths) app.get(path, show);
  app.post(decisionPath, async (request, reply) => {
    const fields = formFields(request.body);
    const decision: Decision = {
      approve: fields.get('decision') === 'approve',
      ...(fields.has('account') && { account: fields.get('account') ?? '' }),
      ...(rules.granular && { scopes: fields.getAll('scope') }),
    };
    return redirect(reply, decide(server, fields.get('consent') ?? '', decision));
  });
}

/** Begins and decides a request for consent as a person in a browser would: for tests. The callback's address. */
export function consentTo<App extends Application, Person extends Account>(
  server: AuthorizationServer<App, Person>,
  rules: ConsentRules,
  url: string,
  decision: Decision,
): string {
  const parameters = Object.fromEntries(new URL(url).searchParams);
  const pending = begin(server, rules, parameters);
  return typeof pending === 'string' ? pending : decide(server, pending.id, decision);
}

function begin<App extends Application, Person extends Account>(
  server: AuthorizationServer<App, Person>,
  rules: ConsentRules,
  parameters: Parameters,
): PendingConsent<App> | string {
  const redirectUri = parameters['redirect_uri'] ?? '';
  const rejection = URL.canParse(redirectUri) ? rules.rejectRedirect?.(new URL(redirectUri)) : undefined;
  try {
    if (rejection !== undefined) throw new Refusal('redirect_uri_mismatch', rejection);
    return server.begin(parameters, rules.scopesOf?.(parameters));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const application = server.applications.get(parameters['client_id'] ?? '');
    const address = application === undefined ? undefined : rules.onMismatch?.(application, parameters);
    if (error.code === 'redirect_uri_mismatch' && address !== undefined) return address;
    throw new Answer(error.code === 'unknown_client' ? 401 : 400, errorPage(rules.title, error), {
      'content-type': 'text/html; charset=utf-8',
    });
  }
}

function decide<App extends Application, Person extends Account>(
  server: AuthorizationServer<App, Person>,
  id: string,
  decision: Decision,
): string {
  try {
    return server.decide(id, decision);
  } catch (error) {
    if (error instanceof Refusal) throw new Answer(400, { error: error.code, message: error.reason });
    throw error;
  }
}

function redirect(reply: FastifyReply, address: string): FastifyReply {
  return reply.code(302).header('location', address).header('cache-control', 'no-store').send('');
}

function page<App extends Application, Person extends Account>(
  server: AuthorizationServer<App, Person>,
  rules: ConsentRules,
  pending: PendingConsent<App>,
  action: string,
): string {
  const proposed = server.proposedAccount(pending);
  const accounts = [...server.accounts.values()]
    .slice(0, MAX_SHOWN_ACCOUNTS)
    .map(
      ({ id, name }) =>
        `<option value="${escapeHtml(id)}"${id === proposed?.id ? ' selected' : ''}>${escapeHtml(name)}</option>`,
    );
  const scopes = pending.scopes.map((scope) =>
    rules.granular
      ? `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label>`
      : `<li>${escapeHtml(scope)}</li>`,
  );
  return htmlPage(
    rules.title,
    `<h1>${escapeHtml(pending.application.name)} asks for access</h1>
<p>This is the emulated ${escapeHtml(rules.title)}: there is no real account behind it.</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="consent" value="${escapeHtml(pending.id)}">
<p><label>Account <select name="account">${accounts.join('')}</select></label></p>
${rules.granular ? scopes.map((each) => `<p>${each}</p>`).join('\n') : `<ul>${scopes.join('')}</ul>`}
<p><button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></p>
</form>`,
  );
}

function errorPage(title: string, refusal: Refusal): string {
  return htmlPage(title, `<h1>Error: ${escapeHtml(refusal.code)}</h1><p>${escapeHtml(refusal.reason)}</p>`);
}
