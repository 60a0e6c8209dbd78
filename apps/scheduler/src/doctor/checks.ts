import { countNouns } from '@hookline/contracts';
import type { LimitSign, RefreshLifeSign } from '@hookline/providers';
import { findMissingScopes } from '../accounts/missing-scopes.ts';
import { watchesOf } from '../facts/fits-application.ts';
import type { DoctorCheck, DoctorFacts } from './doctor-facts.ts';

type Check = (facts: DoctorFacts) => DoctorCheck | readonly DoctorCheck[] | undefined;

/** All checks, in the order in which they are shown. A check that does not concern the provider gives nothing. */
const CHECKS: readonly Check[] = [
  checkSecret,
  checkRedirect,
  checkOfflineAccess,
  checkRefreshLives,
  checkScopes,
  checkPushSettings,
  checkWatches,
  checkLimits,
  checkRateClass,
  checkClock,
];

export function runChecks(facts: DoctorFacts): DoctorCheck[] {
  return CHECKS.flatMap((check) => check(facts) ?? []);
}

const found = (
  id: string,
  status: DoctorCheck['status'],
  text: string,
  advice: string | null = null,
): DoctorCheck => ({ id, status, text, advice });

export function checkSecret({ app, connectable, flows, tokens }: DoctorFacts): DoctorCheck {
  const id = 'client-secret';
  if (app.fault !== null) {
    const advice = `${connectable.applicationSetup?.secret ?? 'Copy the secret from the provider.'} Set it by PATCH /api/oauth-apps/:id.`;
    return found(id, 'problem', `The provider refuses the client id or the secret: ${app.fault}.`, advice);
  }
  if (flows.completed + tokens.all > 0)
    return found(id, 'ok', 'The provider accepts the client id and the secret.');
  return found(id, 'unknown', 'The secret is first used when an account is connected.');
}

export function checkRedirect({ app, connectable, flows }: DoctorFacts): DoctorCheck {
  const id = 'redirect-address';
  const { applicationSetup: setup } = connectable;
  const advice =
    `Register exactly this redirect address: ${app.redirectUrl} — ${setup?.redirect ?? ''}`.trim();
  const host = new URL(app.redirectUrl).hostname;
  if (setup?.refusesLocalhost === true && host === 'localhost') {
    return found(
      id,
      'problem',
      `${connectable.name} refuses redirect addresses with localhost.`,
      'Set PUBLIC_URL of the gateway to http://127.0.0.1 with its port, or to an address with https.',
    );
  }
  const refused = flows.failures['app_misconfigured'] ?? 0;
  if (refused > 0) {
    const text = `The provider refused ${countNouns(refused, 'attempt')} to connect: it does not accept the redirect address or the application.`;
    return found(id, 'problem', text, advice);
  }
  if (flows.abandoned === 0) {
    return flows.completed > 0
      ? found(id, 'ok', 'People come back from the provider to the redirect address.')
      : found(id, 'unknown', 'Nobody has connected an account in the last seven days.', advice);
  }
  const text = `${countNouns(flows.abandoned, 'person', 'people')} went to the provider and did not come back within 15 minutes.`;
  // Some people change their minds. If nobody comes back, the address is wrong.
  return flows.completed > flows.abandoned
    ? found(id, 'ok', `${text} ${countNouns(flows.completed, 'other person', 'other people')} did.`)
    : found(id, flows.completed > 0 ? 'warning' : 'problem', text, advice);
}

export function checkOfflineAccess({ connectable, tokens }: DoctorFacts): DoctorCheck {
  const id = 'offline-access';
  const { applicationSetup: setup, oauth } = connectable;
  if (tokens.all === 0) return found(id, 'unknown', 'No account is connected yet.');
  if (tokens.withoutRefresh > 0) {
    const text = `${countNouns(tokens.withoutRefresh, 'token')} of ${tokens.all} will expire and cannot be refreshed: the provider gave no refresh token.`;
    return found(id, 'problem', text, setup?.offlineAccess ?? null);
  }
  return tokens.expiring === 0 && oauth.expiry === 'opt-in'
    ? found(id, 'ok', 'The tokens do not expire.')
    : found(id, 'ok', 'All tokens that expire can be refreshed.');
}

/** An answer comes a little after its life began. */
const LIFE_TOLERANCE_SECONDS = 3_600;

export function checkRefreshLives({ connectable, tokens }: DoctorFacts): DoctorCheck[] {
  return (connectable.applicationSetup?.refreshLives ?? []).map((sign) => checkRefreshLife(sign, tokens));
}

function checkRefreshLife(sign: RefreshLifeSign, { all, refreshLives }: DoctorFacts['tokens']): DoctorCheck {
  const fits = (seconds: number) => Math.abs(seconds - sign.seconds) <= LIFE_TOLERANCE_SECONDS;
  if (refreshLives.some(({ fromConsent, fromRefresh }) => fits(fromConsent) || fits(fromRefresh)))
    return found(sign.check, 'problem', sign.text, sign.advice);
  return all === 0
    ? found(sign.check, 'unknown', 'This is seen when an account is connected.')
    : found(sign.check, 'ok', sign.absent);
}

export function checkScopes({ connectable, grants, app }: DoctorFacts): DoctorCheck {
  const id = 'scopes';
  const told = grants.filter(({ scopes }) => scopes !== null);
  if (told.length === 0)
    return found(id, 'unknown', 'The provider has not told yet which scopes were granted.');
  const watches = watchesOf(connectable, app);
  const short = told.flatMap(({ scopes, connections }) =>
    findMissingScopes({ ...connectable, watches }, scopes ?? undefined).map((missing) => ({
      ...missing,
      connections,
    })),
  );
  if (short.length === 0) return found(id, 'ok', 'All connections have the scopes that are needed.');
  const byNeed = new Map<string, { pauses: Set<string>; connections: number }>();
  for (const { scopes, pauses, connections } of short) {
    const need = byNeed.get(scopes.join(' or ')) ?? { pauses: new Set(), connections: 0 };
    for (const pause of pauses) need.pauses.add(pause);
    need.connections += connections;
    byNeed.set(scopes.join(' or '), need);
  }
  const text = [...byNeed]
    .map(
      ([scopes, { pauses, connections }]) =>
        `${countNouns(connections, 'connection lacks', 'connections lack')} ${scopes}, so that ${[...pauses].join(', ')} rest`,
    )
    .join('; ');
  return found(
    id,
    'warning',
    `${text}.`,
    'Ask for these scopes in `settings.scopes` of the application. Then create a link for the person of each connection by POST /api/connections/links, with its `scopes.reconnect` as the body: the connection stays.',
  );
}

export function checkPushSettings({ connectable, app }: DoctorFacts): DoctorCheck | undefined {
  const needs = watchesOf(connectable, app).map(({ needs }) => needs?.['topicName']);
  const need = needs.find((text) => text !== undefined);
  if (need === undefined) return undefined;
  return app.settings.topic === undefined
    ? found('push-settings', 'problem', 'Nothing is pushed: the application has no Pub/Sub topic.', need)
    : found('push-settings', 'ok', `Notices are published to ${app.settings.topic}.`);
}

export function checkWatches({
  connectable,
  app,
  watches,
  watchFaults,
}: DoctorFacts): DoctorCheck | undefined {
  const id = 'watches';
  if (watchesOf(connectable, app).length === 0) return undefined;
  if (watches === 0) return found(id, 'unknown', 'Nothing has been registered at the provider yet.');
  const [worst] = [...watchFaults].sort((a, b) => b.watches - a.watches);
  if (worst === undefined)
    return found(id, 'ok', `${countNouns(watches, 'registration works', 'registrations work')}.`);
  const failing = watchFaults.reduce((sum, fault) => sum + fault.watches, 0);
  const codes = watchFaults.map((fault) => `${fault.code} (${fault.watches})`).join(', ');
  const text = `${failing} of ${countNouns(watches, 'registration')} ${failing === 1 ? 'does' : 'do'} not work: ${codes}.`;
  return found(id, failing === watches ? 'problem' : 'warning', text, worst.message);
}

export function checkLimits({ connectable, outcomes }: DoctorFacts): DoctorCheck[] {
  return (connectable.applicationSetup?.limits ?? []).map((sign) => checkLimit(sign, outcomes));
}

function checkLimit(sign: LimitSign, outcomes: DoctorFacts['outcomes']): DoctorCheck {
  const refused = sign.outcomes.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  if (refused > 0)
    return found(sign.check, 'warning', `${sign.text} (${countNouns(refused, 'poll')})`, sign.advice);
  return Object.keys(outcomes).length === 0
    ? found(sign.check, 'unknown', 'Nothing has been polled yet.')
    : found(sign.check, 'ok', sign.absent);
}

export function checkRateClass({ connectable, app }: DoctorFacts): DoctorCheck | undefined {
  const rateClass = connectable.applicationSetup?.rateClass;
  if (rateClass === undefined) return undefined;
  const value = new Map<string, unknown>(Object.entries(app.settings)).get(rateClass.setting) ?? '';
  const known =
    typeof value === 'string' && Object.hasOwn(rateClass.values, value) ? rateClass.values[value] : undefined;
  if (known === undefined) return undefined;
  return found('rate-class', known.advice === undefined ? 'ok' : 'warning', known.text, known.advice ?? null);
}

/** Signatures and expiries bear times: beyond this they may be refused. */
const MOST_CLOCK_SECONDS = 30;

export function checkClock({ clock }: DoctorFacts): DoctorCheck {
  const id = 'clock';
  if ('error' in clock) return found(id, 'unknown', `The time of the provider is not known: ${clock.error}.`);
  const seconds = Math.round(Math.abs(clock.aheadSeconds));
  const text = `The clock of the database differs from the provider's by ${countNouns(seconds, 'second')}.`;
  return seconds <= MOST_CLOCK_SECONDS
    ? found(id, 'ok', text)
    : found(id, 'problem', text, 'Have the machine of the database set its clock by NTP.');
}
