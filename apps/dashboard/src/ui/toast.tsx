import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { type ReactNode, useCallback } from 'react';
import { classNames } from './class-names.ts';
import { TOAST_LAYER } from './layers.ts';
import { TONE_TEXT } from './tone.ts';

type ToastTone = 'neutral' | 'success' | 'danger';

interface ToastOptions {
  tone?: ToastTone | undefined;
  title: string;
  description?: string | undefined;
  action?: { label: string; onClick: () => void } | undefined;
}

/** Shows toasts for everything inside it. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider limit={4}>
      {children}
      <Base.Portal>
        <Base.Viewport
          className={classNames(
            'fixed right-4 bottom-4 w-90 max-sm:inset-x-3 max-sm:bottom-3 max-sm:w-auto',
            TOAST_LAYER,
          )}
        >
          <ToastStack />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

/** Tells what an action led to. A failure stays until it is closed; other toasts go after five seconds. */
export function useToast(): (options: ToastOptions) => void {
  const { add } = Base.useToastManager();
  return useCallback(
    ({ tone = 'neutral', title, description, action }) => {
      add({
        type: tone,
        title,
        timeout: tone === 'danger' ? 0 : 5_000,
        ...(description === undefined ? {} : { description }),
        ...(action === undefined ? {} : { actionProps: { children: action.label, onClick: action.onClick } }),
      });
    },
    [add],
  );
}

function ToastStack() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => {
    const tone = (toast.type ?? 'neutral') as ToastTone;
    const Icon = ICONS[tone];
    return (
      <Base.Root
        key={toast.id}
        toast={toast}
        className="toast-motion w-full select-none rounded-lg bg-raised shadow-popup"
      >
        <Base.Content className="flex items-start gap-2.5 overflow-hidden p-3 transition-opacity data-behind:opacity-0 data-expanded:opacity-100">
          <Icon
            aria-hidden
            className={classNames('mt-0.5 size-4 shrink-0', TONE_TEXT[tone === 'neutral' ? 'muted' : tone])}
          />
          <div className="min-w-0 flex-1">
            <Base.Title className="break-words font-medium text-sm" />
            <Base.Description className="break-words text-subtle text-xs" />
          </div>
          <Base.Action className="-my-0.5 h-6 shrink-0 rounded-md border border-line-strong px-2 font-medium text-xs hover:bg-hover" />
          <Base.Close
            aria-label="Close"
            className="-m-0.5 inline-flex size-6 shrink-0 items-center justify-center rounded-md text-subtle hover:bg-hover hover:text-text"
          >
            <X aria-hidden className="size-3.5" />
          </Base.Close>
        </Base.Content>
      </Base.Root>
    );
  });
}

const ICONS = { neutral: Info, success: CircleCheck, danger: CircleAlert };
