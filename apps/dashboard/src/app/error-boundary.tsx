import { Component, type ReactNode } from 'react';
import { describeError } from '../api/describe-error.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface ErrorBoundaryState {
  error?: unknown;
}

/** In place of a page that failed. After an update of Hookline the files of an open page may be gone: a reload gets the new ones. */
export class ErrorBoundary extends Component<{ children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = {};

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children;
    const { title, advice } = describeError(this.state.error);
    return (
      <EmptyState
        kind="unreadable"
        title={title}
        actions={
          <Button tone="primary" onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        {advice}
      </EmptyState>
    );
  }
}
