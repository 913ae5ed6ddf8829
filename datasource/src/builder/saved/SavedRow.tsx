import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Dropdown, IconButton, Input, Menu, Stack, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import type { SavedQuery } from '../../api/wire';

import type { LoadOptions } from './SavedModal';

/** What can be done with a saved query. */
export interface SavedActions {
  load: (saved: SavedQuery, options: LoadOptions) => void;
  rename: (saved: SavedQuery, name: string) => Promise<void>;
  duplicate: (saved: SavedQuery) => Promise<void>;
  share: (saved: SavedQuery) => Promise<void>;
  remove: (saved: SavedQuery) => void;
}

interface Props {
  saved: SavedQuery;
  actions: SavedActions;
}

/** A saved query, with what can be done with it. */
export function SavedRow({ saved, actions }: Props) {
  const styles = useStyles2(getStyles);
  const [renaming, setRenaming] = useState(false);
  return (
    <li className={styles.row} aria-label={saved.name}>
      <div className={styles.head}>
        {renaming ? <Rename saved={saved} actions={actions} onDone={() => setRenaming(false)} /> : <strong>{saved.name}</strong>}
        {saved.kind !== 'custom' && <Badge color="blue" text="Read-only" />}
        {saved.visibility === 'shared' && saved.kind === 'custom' && <Badge color="green" text="Shared" />}
        <span className={styles.note}>{noteOf(saved)}</span>
        <span className={styles.buttons}>
          <Load saved={saved} actions={actions} />
          <Dropdown overlay={() => <More saved={saved} actions={actions} onRename={() => setRenaming(true)} />} placement="bottom-end">
            <IconButton name="ellipsis-v" aria-label={`More for ${saved.name}`} />
          </Dropdown>
        </span>
      </div>
      {saved.description && <div className={styles.note}>{saved.description}</div>}
      <code className={styles.text}>{saved.text}</code>
      {placesOf(saved) && <div className={styles.note}>Saved with {placesOf(saved)}</div>}
    </li>
  );
}

function Load({ saved, actions }: Props) {
  return (
    <>
      <Button size="sm" aria-label={`Load ${saved.name}`} tooltip="With the systems that are selected now" onClick={() => actions.load(saved, {})}>
        Load
      </Button>
      {placesOf(saved) && (
        <Button size="sm" variant="secondary" aria-label={`Load ${saved.name} with the systems saved`} onClick={() => actions.load(saved, { withScope: true })}>
          Load with its systems
        </Button>
      )}
      <Button
        size="sm"
        variant="secondary"
        icon="link"
        aria-label={`Follow ${saved.name}`}
        tooltip="Runs the saved query as it is each time, also when somebody changes it"
        onClick={() => actions.load(saved, { link: true })}
      >
        Follow
      </Button>
    </>
  );
}

function More({ saved, actions, onRename }: Props & { onRename: () => void }) {
  const fixed = saved.kind !== 'custom';
  const shared = saved.visibility === 'shared';
  return (
    <Menu>
      <Menu.Item label="Duplicate" icon="copy" onClick={() => void actions.duplicate(saved)} />
      <Menu.Item label="Rename" icon="pen" disabled={fixed} onClick={onRename} />
      <Menu.Item label={shared ? 'Make private' : 'Share'} icon="share-alt" disabled={fixed} onClick={() => void actions.share(saved)} />
      <Menu.Item label="Delete" icon="trash-alt" destructive disabled={fixed} onClick={() => actions.remove(saved)} />
    </Menu>
  );
}

function Rename({ saved, actions, onDone }: Props & { onDone: () => void }) {
  const [name, setName] = useState(saved.name);
  const done = async () => {
    if (name.trim() !== '' && name.trim() !== saved.name) {
      await actions.rename(saved, name.trim());
    }
    onDone();
  };
  return (
    <Stack gap={0.5}>
      <Input
        aria-label={`New name of ${saved.name}`}
        width={30}
        // It was asked for just now.
        autoFocus // eslint-disable-line jsx-a11y/no-autofocus
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Enter' && void done()}
      />
      <Button size="md" onClick={() => void done()}>
        Rename
      </Button>
      <Button size="md" variant="secondary" onClick={onDone}>
        Cancel
      </Button>
    </Stack>
  );
}

function noteOf({ owner, modified, kind }: SavedQuery): string {
  return kind === 'custom' ? [owner, modified.slice(0, 10)].filter(Boolean).join(', ') : '';
}

/** The places that a query was saved with. */
export function placesOf({ query: { clouds = [], systems = [], folders = [] } }: SavedQuery): string {
  const parts = [
    systems.length > 0 && `systems ${systems.join(', ')}`,
    folders.length > 0 && `folders ${folders.join(', ')}`,
    clouds.length > 0 && `clouds ${clouds.join(', ')}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function getStyles(theme: GrafanaTheme2) {
  return {
    row: css({ padding: theme.spacing(1, 0), borderTop: `1px solid ${theme.colors.border.weak}` }),
    head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
    buttons: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), marginLeft: 'auto' }),
    note: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    text: css({
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 2,
      overflow: 'hidden',
      margin: theme.spacing(0.5, 0),
      padding: 0,
      background: 'none',
      border: 0,
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    }),
  };
}
