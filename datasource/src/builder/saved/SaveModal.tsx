import { Alert, Button, Field, Input, Modal, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';

import type { SavedQuery } from '../../api/wire';
import { hasReferences } from '../standIn';

import type { Saving } from './save';
import { type SaveState, useSave } from './useSave';

interface Props extends Saving {
  /** The saved query that was loaded, if one was, as it was then. */
  loaded?: SavedQuery;
  onSaved: (saved: SavedQuery) => void;
  onLoad: (saved: SavedQuery) => void;
  onDismiss: () => void;
}

/** Saves what is edited: in the place of what was loaded, or as a new query. */
export function SaveModal(props: Props) {
  const { query, audit, loaded, onDismiss } = props;
  const custom = loaded?.kind === 'custom';
  const [name, setName] = useState(loaded ? (custom ? loaded.name : `Copy of ${loaded.name}`) : '');
  const [description, setDescription] = useState(loaded?.description ?? '');
  const [shared, setShared] = useState(custom && loaded.visibility === 'shared');
  const state = useSave(props, { name, description, shared });
  const named = name.trim() !== '';
  return (
    <Modal title="Save query" isOpen onDismiss={onDismiss}>
      <State state={state} {...props} />
      {hasReferences(JSON.stringify([audit, query.scope])) && (
        <Alert severity="info" title="Variables are saved with the values that they have now, as other programs know no variables." />
      )}
      <Field label="Name" htmlFor="save-name" required>
        <Input id="save-name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
      </Field>
      <Field label="Description" htmlFor="save-description">
        <TextArea id="save-description" rows={2} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
      </Field>
      <Field label="Shared" htmlFor="save-shared" description="Everybody who may ask queries sees it; only you and administrators change it.">
        <Switch id="save-shared" value={shared} onChange={(e) => setShared(e.currentTarget.checked)} />
      </Field>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onDismiss}>
          Cancel
        </Button>
        {custom && (
          <Button disabled={!named || state.busy} onClick={() => void state.save(loaded)}>
            Save
          </Button>
        )}
        <Button variant={custom ? 'secondary' : 'primary'} disabled={!named || state.busy} onClick={() => void state.save()}>
          Save as new
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}

/** What went wrong; where somebody else was quicker, what can be done. */
function State({ state: { error, theirs, save }, onLoad }: Props & { state: SaveState }) {
  if (theirs) {
    return (
      <Alert severity="warning" title={`${theirs.modified_by ?? 'Somebody'} changed this query since you loaded it.`}>
        <p>It is now: {theirs.text}</p>
        <Button size="sm" variant="secondary" onClick={() => onLoad(theirs)}>
          Load theirs
        </Button>{' '}
        <Button size="sm" variant="destructive" onClick={() => void save(theirs)}>
          Overwrite
        </Button>
      </Alert>
    );
  }
  return error ? <Alert severity="error" title={error} /> : null;
}
