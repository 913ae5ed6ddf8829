import { Spinner } from '@grafana/ui';
import { type ComponentType, lazy, Suspense } from 'react';

/**
 * Loads a component when it is first shown, so that a dashboard which nobody
 * edits does not load the editors.
 */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Loaded = lazy(async () => ({ default: (await load()) as ComponentType<object> }));
  return function Lazily(props: P) {
    return (
      <Suspense fallback={<Spinner inline />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
