import { useState } from 'react';

import type { SavedQuery } from '../../api/wire';
import { statusOf } from '../problems';

import { type Draft, saveRequest, type Saving } from './save';
import { refusal } from './useSavedQueries';

export interface SaveState {
  busy: boolean;
  error?: string;
  /** The query as somebody else has saved it in the meantime. */
  theirs?: SavedQuery;
  /** Saves as a new query, or in the place of another. */
  save: (replaced?: SavedQuery) => Promise<void>;
}

/** Saves a query; a change of somebody else's is never overwritten unseen. */
export function useSave(saving: Saving & { onSaved: (saved: SavedQuery) => void }, draft: Draft): SaveState {
  const [state, setState] = useState<Omit<SaveState, 'save'>>({ busy: false });
  const { source, onSaved } = saving;
  const save = async (replaced?: SavedQuery) => {
    setState({ busy: true });
    try {
      const request = await saveRequest(draft, saving, replaced);
      onSaved(await source.save(request, replaced?.id));
    } catch (err) {
      const theirs = replaced && statusOf(err) === 409 ? await source.savedQuery(replaced.id).catch(() => undefined) : undefined;
      setState({ busy: false, error: refusal(err), ...(theirs && theirs.version !== replaced?.version && { theirs }) });
    }
  };
  return { ...state, save };
}
