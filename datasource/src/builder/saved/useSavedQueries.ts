import { useCallback, useEffect, useState } from 'react';

import type { SavedQuery } from '../../api/wire';
import { messageOf, statusOf } from '../problems';
import type { Source } from '../source';

export interface SavedQueries {
  list: SavedQuery[];
  loading: boolean;
  error?: string;
  reload: () => void;
  /** Does something, and shows what there is then. */
  change: (what: () => Promise<unknown>) => Promise<void>;
}

interface State {
  list: SavedQuery[];
  loading: boolean;
  error?: string;
}

/** The saved queries, as they are at the backend. */
export function useSavedQueries(source: Source): SavedQueries {
  const [state, setState] = useState<State>({ list: [], loading: true });
  const load = useCallback(
    (error?: string) =>
      source.savedQueries().then(
        (list) => setState({ list, loading: false, error }),
        (err: unknown) => setState((before) => ({ ...before, loading: false, error: error ?? messageOf(err) }))
      ),
    [source]
  );
  useEffect(() => void load(), [load]);
  const change = async (what: () => Promise<unknown>) => {
    try {
      await what();
      await load();
    } catch (err) {
      await load(refusal(err));
    }
  };
  return { ...state, reload: () => void load(), change };
}

/** Why a saved query could not be changed, and what to do. */
export function refusal(err: unknown): string {
  switch (statusOf(err)) {
    case 409:
      return `${messageOf(err)} Somebody else has changed it in the meantime; look at it as it is now, and try again.`;
    case 404:
      return 'It is not there any more: somebody has deleted it, or made it private.';
  }
  return messageOf(err);
}
