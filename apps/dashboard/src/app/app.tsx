import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { queryClient } from '../api/query-client.ts';
import { FeedProvider } from '../feed/feed-provider.tsx';
import { SessionGate } from '../session/session-gate.tsx';
import { AppShell } from '../shell/app-shell.tsx';
import { UiProvider } from '../ui/ui-provider.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { MissingPage } from './missing-page.tsx';

const OverviewPage = lazy(() => import('../pages/overview/overview-page.tsx'));
const EventsPage = lazy(() => import('../pages/events/events-page.tsx'));
const EventPage = lazy(() => import('../pages/events/event-page.tsx'));
const PartsPage = lazy(() => import('../pages/parts/parts-page.tsx'));
const SearchPage = lazy(() => import('../pages/search/search-page.tsx'));
const DeliveriesPage = lazy(() => import('../pages/deliveries/deliveries-page.tsx'));
const DeadLettersPage = lazy(() => import('../pages/deliveries/dead-letters-page.tsx'));
const DeliveryPage = lazy(() => import('../pages/deliveries/delivery-page.tsx'));

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <UiProvider>
          <Router base="/dashboard">
            <SessionGate>
              <FeedProvider>
                <AppShell>
                  <ErrorBoundary>
                    <Suspense>
                      <Pages />
                    </Suspense>
                  </ErrorBoundary>
                </AppShell>
              </FeedProvider>
            </SessionGate>
          </Router>
        </UiProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <OverviewPage />
      </Route>
      <Route path="/events">
        <EventsPage />
      </Route>
      <Route path="/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
      <Route path="/search">
        <SearchPage />
      </Route>
      <Route path="/deliveries">
        <DeliveriesPage />
      </Route>
      <Route path="/deliveries/:id">{({ id }) => <DeliveryPage key={id} id={id} list="/deliveries" />}</Route>
      <Route path="/dead-letters">
        <DeadLettersPage />
      </Route>
      <Route path="/dead-letters/:id">
        {({ id }) => <DeliveryPage key={id} id={id} list="/dead-letters" />}
      </Route>
      <Route path="/parts">
        <PartsPage />
      </Route>
      <Route>
        <MissingPage />
      </Route>
    </Switch>
  );
}
