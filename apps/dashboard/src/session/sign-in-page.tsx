import { createClient } from '@hookline/client';
import type { SignInMethods } from '@hookline/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { describeError } from '../api/describe-error.ts';
import { keyOf, queryClient } from '../api/query-client.ts';
import { Logo } from '../shell/logo.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/text-field.tsx';

/** Written again, and compared by the compiler, so that no schema gets into the bundle. */
const METHODS_PATH: typeof import('@hookline/contracts').SIGN_IN_METHODS_PATH = '/api/session/methods';

async function readMethods(): Promise<SignInMethods> {
  const answer = await fetch(METHODS_PATH);
  if (!answer.ok) return { identityProvider: null };
  return ((await answer.json()) as { data: SignInMethods }).data;
}

/** The key goes into one request, and the browser keeps a cookie in its place. */
async function signIn(key: string): Promise<void> {
  await createClient({ url: location.origin, key, retries: 0 }).call('createSession');
  await queryClient.resetQueries({ queryKey: keyOf('getSession') });
}

export function SignInPage() {
  useTitle('Sign in');
  const [key, setKey] = useState('');
  const methods = useQuery({
    queryKey: ['signInMethods'],
    queryFn: readMethods,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const signing = useMutation({ mutationFn: signIn });
  const identityProvider = methods.data?.identityProvider;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (key.trim() !== '') signing.mutate(key.trim());
  }

  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-4">
      <div className="w-full max-w-80">
        <div className="mb-6 flex items-center gap-2">
          <Logo />
          <h1 className="font-semibold text-lg tracking-tight">Sign in to Hookline</h1>
        </div>
        <form className="grid gap-3" onSubmit={submit}>
          <TextField
            label="API key"
            name="key"
            type="password"
            autoComplete="current-password"
            autoFocus
            placeholder="hl_…"
            value={key}
            onChange={setKey}
            error={signing.error ? describeError(signing.error).title : undefined}
            hint="The key is sent once. Your browser keeps a session in its place."
          />
          <Button tone="primary" type="submit" isBusy={signing.isPending} size="large">
            Sign in
          </Button>
        </form>
        {identityProvider && (
          <a
            className="mt-3 block text-center text-accent"
            href={`${identityProvider.path}?returnTo=${encodeURIComponent(location.pathname + location.search)}`}
          >
            Sign in with your organisation's account
          </a>
        )}
        <p className="mt-6 text-subtle text-xs">
          On your own machine the operator's key is in <code>ready.json</code>, in the directory that{' '}
          <code>npm start</code> prints.
        </p>
      </div>
    </main>
  );
}
