import type { OperationAnswer, OperationName, OperationRequest } from '@hookline/client';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { queryClient } from '../api/query-client.ts';
import { call } from '../api/use-call.ts';
import { Button } from '../ui/button.tsx';
import { CurlLine } from '../ui/curl-line.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToast } from '../ui/toast.tsx';
import { commandLinesOf } from './command-lines.ts';
import { ErrorNote } from './error-note.tsx';

interface ChangeDialogProps<Name extends OperationName> {
  title: string;
  /** What will happen, before it does. */
  description: ReactNode;
  operation: Name;
  request: OperationRequest<Name>;
  confirm: string;
  /** false: something is still to be chosen. */
  isReady?: boolean;
  tone?: 'primary' | 'danger';
  /** The words of the toast. */
  done: (answer: OperationAnswer<Name>) => string;
  onDone?: (answer: OperationAnswer<Name>) => void;
  onClose: () => void;
  size?: 'medium' | 'large';
  /** Fields that belong to the request. */
  children?: ReactNode;
}

/** Asks before something is changed, and shows the same change as a command. */
export function ChangeDialog<Name extends OperationName>({
  title,
  description,
  operation,
  request,
  confirm,
  isReady = true,
  tone = 'primary',
  done,
  onDone,
  onClose,
  size,
  children,
}: ChangeDialogProps<Name>) {
  const toast = useToast();
  const lines = useMemo(() => commandLinesOf(operation, request), [operation, request]);
  const change = useMutation({
    mutationFn: () => call(operation, request),
    onSuccess(answer) {
      toast({ tone: 'success', title: done(answer) });
      void queryClient.invalidateQueries();
      onDone?.(answer);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      size={size}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone={tone} isBusy={change.isPending} disabled={!isReady} onClick={() => change.mutate()}>
            {confirm}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {children}
        {change.error && <ErrorNote error={change.error} />}
        <CurlLine {...lines} />
      </div>
    </Dialog>
  );
}
