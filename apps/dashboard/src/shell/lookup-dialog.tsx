import type { FoundThing } from '@hookline/contracts';
import { ExternalLink, FileJson, Webhook } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { describeError } from '../api/describe-error.ts';
import { useCall } from '../api/use-call.ts';
import { keysOf } from '../keys/shortcuts.ts';
import { useSession } from '../session/access.ts';
import { CommandPalette, type PaletteItem } from '../ui/command-palette.tsx';
import { NAVIGATION } from './navigation.ts';
import { pageOfFound } from './page-of-found.ts';

/** While one types, the gateway is not asked for each letter. */
const TYPING_MS = 150;
const KIND_WORDS: Readonly<Record<string, string>> = {
  bulk_job: 'bulk job',
  oauth_app: 'OAuth application',
  platform_webhook: 'webhook at a provider',
  api_key: 'API key',
  audit_entry: 'audit entry',
};
const MATCH_WORDS: Readonly<Record<FoundThing['matchedBy'], string>> = {
  id: 'by its id',
  repeat: 'by the id of a repeat',
  provider_delivery_id: "by the provider's delivery id",
  repository: 'by its repository',
  subject: 'by its subject',
  payload: 'by its payload',
  name: 'by its name',
  address: 'by its address',
  account: 'by its account',
  request_id: 'by its request id',
};

interface LookupDialogProps {
  initialText?: string;
  onClose: () => void;
}

/** One box that takes any id, name or piece of payload, and the names of pages. */
export function LookupDialog({ initialText = '', onClose }: LookupDialogProps) {
  const [text, setText] = useState(initialText);
  const asked = useSettled(text.trim(), TYPING_MS);
  const [, navigate] = useLocation();
  const { scopes } = useSession();
  const lookup = useCall('lookUp', { query: { q: asked } }, { enabled: asked !== '', keepPrevious: true });
  const found = asked === '' ? [] : (lookup.data?.data.found ?? []);

  function open(thing: FoundThing) {
    const { href, isApi } = pageOfFound(thing);
    if (isApi) window.open(href, '_blank', 'noreferrer');
    else navigate(href);
    onClose();
  }

  const pages: PaletteItem[] = NAVIGATION.filter(
    ({ scope, label }) => scopes.includes(scope) && label.toLowerCase().includes(text.trim().toLowerCase()),
  ).map(({ href, label, icon, shortcut }) => ({
    id: href,
    group: 'Pages',
    title: label,
    icon,
    shortcut: keysOf(shortcut),
    onChoose: () => {
      navigate(href);
      onClose();
    },
  }));
  const things: PaletteItem[] = found.map((thing) => ({
    id: `${thing.kind} ${thing.id}`,
    group: 'Found',
    title: thing.title,
    detail: `${KIND_WORDS[thing.kind] ?? thing.kind} ${MATCH_WORDS[thing.matchedBy]}${thing.userId === null ? '' : ` · ${thing.userId}`}`,
    icon: thing.kind === 'event' ? Webhook : pageOfFound(thing).isApi ? ExternalLink : FileJson,
    onChoose: () => open(thing),
  }));

  return (
    <CommandPalette
      label="Find anything"
      placeholder="An id, a name, a repository, a piece of payload…"
      value={text}
      onChange={setText}
      items={[...things, ...pages]}
      isBusy={lookup.isFetching || asked !== text.trim()}
      message={messageOf(lookup.error, lookup.data?.data, asked)}
      onClose={onClose}
    />
  );
}

function messageOf(
  error: unknown,
  answer: { found: readonly unknown[]; isComplete: boolean; unanswered: readonly string[] } | undefined,
  asked: string,
): string | undefined {
  if (asked === '') return undefined;
  if (error) return describeError(error).title;
  if (!answer) return undefined;
  if (answer.unanswered.length > 0) return `${answer.unanswered.join(' and ')} did not answer, so something may be missing.`;
  if (!answer.isComplete) return 'Only the newest events were searched.';
  return answer.found.length === 0 ? `Nothing has "${asked}" as an id, a name or in its payload.` : undefined;
}

/** A value once it has not changed for a while. */
function useSettled<Value>(value: Value, delayMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
