import { Alert, ConfirmModal, FilterInput, LoadingPlaceholder, Modal, Stack } from '@grafana/ui';
import { useState } from 'react';

import type { SavedQuery } from '../../api/wire';
import { selectors } from '../selectors';
import type { Source } from '../source';

import { type SavedActions, SavedRow } from './SavedRow';
import { useSavedQueries } from './useSavedQueries';

/** How a saved query is taken over. */
export interface LoadOptions {
  /** Also asks about the systems that were saved. */
  withScope?: boolean;
  /** Runs it as it is now, whoever changes it. */
  link?: boolean;
}

interface Props {
  source: Source;
  onLoad: (saved: SavedQuery, options: LoadOptions) => void;
  onDismiss: () => void;
}

/** Lists the saved queries, to load and to look after them. */
export function SavedModal({ source, onLoad, onDismiss }: Props) {
  const { list, loading, error, change } = useSavedQueries(source);
  const [search, setSearch] = useState('');
  const [deleting, setDeleting] = useState<SavedQuery>();
  const actions: SavedActions = {
    load: onLoad,
    rename: (saved, name) => change(() => source.save(renamed(saved, name), saved.id)),
    duplicate: (saved) => change(() => source.duplicateSaved(saved.id)),
    share: (saved) => change(() => source.shareSaved(saved.id, saved.visibility === 'shared' ? 'private' : 'shared', saved.version)),
    remove: setDeleting,
  };
  return (
    <Modal title="Saved queries" isOpen onDismiss={onDismiss}>
      <div data-testid={selectors.saved}>
        <Stack direction="column" gap={2}>
          <FilterInput placeholder="Search by name, text and owner" value={search} onChange={setSearch} escapeRegex={false} />
          {error && <Alert title={error} severity="error" />}
          {loading && <LoadingPlaceholder text="Loading…" />}
          {sections(list, search).map(({ title, queries }) => (
            <Section key={title} title={title} queries={queries} actions={actions} />
          ))}
        </Stack>
      </div>
      <ConfirmModal
        isOpen={deleting !== undefined}
        title="Delete saved query"
        body={`“${deleting?.name}” is deleted for everybody. Panels that follow it will say that it is gone.`}
        confirmText="Delete"
        onDismiss={() => setDeleting(undefined)}
        onConfirm={() => {
          setDeleting(undefined);
          void change(() => source.deleteSaved(deleting?.id ?? ''));
        }}
      />
    </Modal>
  );
}

function Section({ title, queries, actions }: { title: string; queries: SavedQuery[]; actions: SavedActions }) {
  if (queries.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h5>{title}</h5>
      <ul style={{ listStyle: 'none', margin: 0 }}>
        {queries.map((saved) => (
          <SavedRow key={saved.id} saved={saved} actions={actions} />
        ))}
      </ul>
    </section>
  );
}

function sections(list: SavedQuery[], search: string) {
  const wanted = search.trim().toLowerCase();
  const fit = list.filter(({ name, text, owner = '', description = '' }) => `${name} ${text} ${owner} ${description}`.toLowerCase().includes(wanted));
  const of = (title: string, is: (q: SavedQuery) => boolean) => ({ title, queries: fit.filter(is) });
  return [
    of('Starter queries', (q) => q.kind === 'system'),
    of('From files', (q) => q.kind === 'provisioned'),
    of('Shared', (q) => q.kind === 'custom' && q.visibility === 'shared'),
    of('Private', (q) => q.kind === 'custom' && q.visibility === 'private'),
  ];
}

/** A saved query with another name, and nothing else changed. */
function renamed({ query, visibility, description, version }: SavedQuery, name: string) {
  return { name, query, visibility, description, version };
}
