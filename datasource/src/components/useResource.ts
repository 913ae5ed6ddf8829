import { useEffect, useState } from 'react';

/** What became of a request. */
export interface Resource<T> {
  value?: T;
  error?: string;
  loading: boolean;
}

interface Settled<T> {
  of: () => Promise<T>;
  value?: T;
  error?: string;
}

/**
 * Loads something, and anew when `load` changes; until then what was there
 * before stays, and answers that come too late are dropped.
 */
export function useResource<T>(load: () => Promise<T>): Resource<T> {
  const [settled, settle] = useState<Settled<T>>();
  useEffect(() => {
    let current = true;
    load().then(
      (value) => current && settle({ of: load, value }),
      (err: unknown) => current && settle({ of: load, error: messageOf(err) })
    );
    return () => {
      current = false;
    };
  }, [load]);
  return { value: settled?.value, error: settled?.error, loading: settled?.of !== load };
}

/** The words of anything that was thrown. */
export function messageOf(err: unknown): string {
  return err instanceof Error ? err.message : String(Object(err).message ?? err);
}
