import type { CoreApp, TimeRange } from '@grafana/data';
import { Alert, LoadingPlaceholder, Stack } from '@grafana/ui';
import { useCallback, useState } from 'react';

import { useResource } from '../components/useResource';
import type { CiemQuery } from '../types';

import { Builder } from './Builder';
import { exampleOf } from './examples';
import { SavedModal } from './saved/SavedModal';
import { SaveModal } from './saved/SaveModal';
import { Linked } from './saved/Linked';
import { selectors } from './selectors';
import type { Source } from './source';
import { TextMode } from './TextMode';
import { Toolbar } from './Toolbar';
import { type EditorState, useEditor } from './useEditor';

export interface AuditEditorProps {
  query: CiemQuery;
  onChange: (query: CiemQuery) => void;
  onRunQuery: () => void;
  datasource: { api: Source };
  app?: CoreApp;
  range?: TimeRange;
}

/** Edits an audit query: as a tree, as text, or by following a saved one. */
export function AuditEditor(props: AuditEditorProps) {
  const { api } = props.datasource;
  const { value: fields, error } = useResource(useCallback(() => api.fields(), [api]));
  const editor = useEditor(props, fields);
  return (
    <div data-testid={selectors.editor} style={{ width: '100%', minWidth: 0 }}>
      <Stack direction="column" gap={1}>
        <Toolbar editor={editor} />
        {error && <Alert severity="warning" title={`The fields cannot be read: ${error}. The text can be edited meanwhile.`} />}
        {editor.message && <Alert severity="error" title={editor.message} onRemove={editor.dismiss} />}
        <Body editor={editor} known={fields !== undefined || error !== undefined} {...props} />
      </Stack>
      <Modals editor={editor} {...props} />
    </div>
  );
}

type BodyProps = AuditEditorProps & { editor: EditorState };

/** While the fields are not known there is no tree: what it offers would change under the hand. */
function Body({ editor, known, query, range, onRunQuery, datasource: { api } }: BodyProps & { known: boolean }) {
  const { audit, checkedSource, names } = editor;
  const { value: saved = [] } = useResource(useCallback(() => api.savedQueries().catch(() => []), [api]));
  if (audit.saved?.linked) {
    return <Linked source={api} saved={audit.saved} onChange={(ref) => editor.follow(ref)} onUnlink={editor.unlink} />;
  }
  if (audit.editor === 'text') {
    return <TextMode {...checkedSource} text={audit.text} problem={editor.problem} names={names} onChange={editor.changeText} onRun={onRunQuery} />;
  }
  if (!known) {
    return <LoadingPlaceholder text="Loading the fields…" />;
  }
  return (
    <Builder
      {...checkedSource}
      tree={audit.query ?? {}}
      format={audit.format}
      checked={editor.checked}
      names={names}
      starters={saved.filter(({ kind }) => kind === 'system').map(exampleOf)}
      scope={query.scope}
      range={range}
      onChange={editor.changeTree}
      onUse={(example) => void editor.use(example)}
    />
  );
}

function Modals({ editor, query, range, datasource: { api } }: BodyProps) {
  const [closed, setClosed] = useState(0);
  const { modal, show, audit, loaded, checkedSource } = editor;
  if (modal === 'saved') {
    return <SavedModal source={api} onLoad={editor.load} onDismiss={() => show(undefined)} />;
  }
  if (modal === 'save') {
    return (
      <SaveModal
        key={closed}
        source={api}
        query={query}
        audit={audit}
        range={range}
        variables={checkedSource.variables}
        loaded={loaded}
        onSaved={editor.saved}
        onLoad={(saved) => editor.load(saved, {})}
        onDismiss={() => (setClosed(closed + 1), show(undefined))}
      />
    );
  }
  return null;
}
