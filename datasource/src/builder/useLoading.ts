import { useState } from 'react';

import type { SavedQuery } from '../api/wire';
import { defaultAudit } from '../query/defaults';
import type { SavedRef, Scope } from '../types';

import { treeOf } from './convert';
import { type Example, exampleOf, formatOf } from './examples';
import { messageOf } from './problems';
import type { LoadOptions } from './saved/SavedModal';
import { refusal } from './saved/useSavedQueries';
import type { CheckedSource } from './useChecked';
import type { QueryState } from './useQuery';

export type ModalName = 'saved' | 'save';

export interface Loading {
  /** The saved query that was loaded, as it was then. */
  loaded?: SavedQuery;
  /** What is edited is not what was loaded. */
  changed: boolean;
  modal?: ModalName;
  show: (modal: ModalName | undefined) => void;
  use: (example: Example) => Promise<void>;
  load: (saved: SavedQuery, options: LoadOptions) => void;
  saved: (saved: SavedQuery) => void;
  startSave: () => Promise<void>;
  follow: (ref: SavedRef) => void;
  unlink: (saved?: SavedQuery) => void;
}

/** Takes over saved queries and examples, and saves what is edited. */
export function useLoading(state: QueryState, { source, fields }: CheckedSource, setMessage: (message?: string) => void): Loading {
  const { audit, change, latest } = state;
  const [loaded, setLoaded] = useState<SavedQuery>();
  const [modal, show] = useState<ModalName>();
  const current = loaded?.id === audit.saved?.id ? loaded : undefined;
  const take = ({ tree = {}, text, format, limit, saved, clouds }: Example, scope: Scope | undefined = clouds && { clouds }) => {
    setMessage(undefined);
    const rest = { ...(scope && { scope }), ...(limit !== undefined && { limit }) };
    change({ editor: 'builder', query: tree, text, format, saved }, { run: true, rest });
  };
  const load = (saved: SavedQuery, { withScope, link }: LoadOptions) => {
    const { clouds, systems, folders } = saved.query;
    const example = exampleOf(saved);
    const format = formatOf(example.tree ?? {}, (latest.current?.audit ?? defaultAudit()).format);
    setLoaded(saved);
    show(undefined);
    take({ ...example, format, saved: { id: saved.id, name: saved.name, ...(link && { linked: true }) }, clouds: undefined }, withScope ? { clouds, systems, folders } : undefined);
  };
  const use = async (example: Example) => {
    try {
      take(example.tree ? example : { ...example, ...(await treeOf(source, example.text, fields)) });
    } catch (err) {
      setMessage(`The example cannot be used: ${messageOf(err)}`);
    }
  };
  const startSave = async () => {
    try {
      setLoaded(audit.saved && !current ? await source.savedQuery(audit.saved.id) : current);
    } catch (err) {
      setMessage(`The query that was loaded cannot be replaced, but saved as a new one. ${refusal(err)}`);
    }
    show('save');
  };
  const saved = (now: SavedQuery) => {
    setLoaded(now);
    show(undefined);
    change({ saved: { id: now.id, name: now.name } });
  };
  return {
    loaded: current,
    changed: current !== undefined && audit.text !== current.text,
    modal,
    show,
    use,
    load,
    saved,
    startSave,
    follow: (ref) => change({ saved: ref }, { run: true }),
    unlink: (now) => (now ? load(now, {}) : change({ saved: undefined }, { run: true })),
  };
}
