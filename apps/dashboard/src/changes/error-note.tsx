import { describeError } from '../api/describe-error.ts';

/** Why a change was not made, and what to do. */
export function ErrorNote({ error }: { error: unknown }) {
  const { title, advice } = describeError(error);
  return (
    <div role="alert" className="rounded-md bg-danger-tint px-3 py-2 text-danger">
      <p className="font-medium">{title}</p>
      <p>{advice}</p>
    </div>
  );
}
