import { Badge, Button, RadioButtonGroup, Stack } from '@grafana/ui';

import type { EditorState } from './useEditor';

const MODES = [
  { label: 'Builder', value: 'builder' as const, description: 'Conditions as a tree' },
  { label: 'Text', value: 'text' as const, description: 'The language of exporter query' },
];

/** Switches between tree and text, and has the saved queries. */
export function Toolbar({ editor }: { editor: EditorState }) {
  const { audit, loaded, changed, switchTo, show } = editor;
  const linked = audit.saved?.linked;
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="center">
      {!linked && <RadioButtonGroup aria-label="How the query is edited" size="sm" options={MODES} value={audit.editor} onChange={(mode) => void switchTo(mode)} />}
      {audit.saved && (
        <Badge
          color={linked ? 'blue' : 'darkgrey'}
          icon={linked ? 'link' : 'bookmark'}
          text={`${loaded?.name ?? audit.saved.name}${linked ? '' : changed ? ' (changed)' : ''}`}
        />
      )}
      <div style={{ marginLeft: 'auto' }}>
        <Stack direction="row" gap={1}>
          <Button size="sm" variant="secondary" icon="bookmark" onClick={() => show('saved')}>
            Saved queries
          </Button>
          {!linked && (
            <Button size="sm" variant="secondary" icon="save" onClick={() => void editor.startSave()}>
              Save
            </Button>
          )}
        </Stack>
      </div>
    </Stack>
  );
}
