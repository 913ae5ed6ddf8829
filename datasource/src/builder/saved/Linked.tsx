import { Alert, Button, InlineSwitch, Spinner, Stack, Text } from '@grafana/ui';
import { useEffect, useState } from 'react';

import type { SavedQuery } from '../../api/wire';
import type { SavedRef } from '../../types';
import type { Source } from '../source';

import { placesOf } from './SavedRow';
import { refusal } from './useSavedQueries';

interface Props {
  source: Source;
  saved: SavedRef;
  onChange: (saved: SavedRef) => void;
  /** Edits a copy from now on: of the saved query, or of what is there if that is gone. */
  onUnlink: (saved?: SavedQuery) => void;
}

/** A saved query that is followed: it is shown, and changed where it is saved. */
export function Linked({ source, saved, onChange, onUnlink }: Props) {
  const [state, setState] = useState<{ id: string; found?: SavedQuery; error?: string }>({ id: '' });
  const { id } = saved;
  useEffect(() => {
    let current = true;
    source.savedQuery(id).then(
      (found) => current && setState({ id, found }),
      (err: unknown) => current && setState({ id, error: refusal(err) })
    );
    return () => {
      current = false;
    };
  }, [source, id]);
  const { found, error } = state.id === id ? state : {};
  return (
    <Stack direction="column" gap={1}>
      <Text>
        Follows the saved query <strong>{found?.name ?? saved.name}</strong>: it runs as it is at the time.
      </Text>
      {error && <Alert severity="error" title={`The saved query cannot be read. ${error}`} />}
      {!found && !error && <Spinner inline />}
      {found && <code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{found.text}</code>}
      <Stack direction="row" gap={1} wrap="wrap">
        <Button size="sm" variant="secondary" icon="link" onClick={() => onUnlink(found)}>
          Stop following, edit a copy
        </Button>
        {found && placesOf(found) && (
          <InlineSwitch
            label={`With ${placesOf(found)}, as saved`}
            showLabel
            value={saved.useSavedScope ?? false}
            onChange={(e) => onChange({ ...saved, useSavedScope: e.currentTarget.checked })}
          />
        )}
      </Stack>
    </Stack>
  );
}
