import type { TimeRange } from '@grafana/data';
import { IconButton, Stack, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';

import type { AuditFormat, AuditNode, AuditTree, Scope } from '../types';

import { AnswerEditor } from './AnswerEditor';
import { BuilderContext, type BuilderState } from './context';
import { Empty } from './Empty';
import type { Example } from './examples';
import { GroupBox } from './GroupBox';
import { toWhere } from './model';
import { Preview } from './Preview';
import { byItem, type Problem } from './problems';
import { selectors } from './selectors';
import { hiddenStyles } from './styles';
import type { Checked, CheckedSource } from './useChecked';
import { useFocus } from './useFocus';
import { type TreeState, useTree } from './useTree';

export interface BuilderProps extends CheckedSource {
  tree: AuditTree;
  format: AuditFormat;
  checked: Checked;
  /** The names of variables, with their $. */
  names: string[];
  starters: Example[];
  scope?: Scope;
  range?: TimeRange;
  onChange: (tree: AuditTree) => void;
  onUse: (example: Example) => void;
}

/** Edits a query as a tree of conditions, with its text below. */
export function Builder(props: BuilderProps) {
  const { tree, fields, format, checked, starters, onChange, onUse } = props;
  const hidden = useStyles2(hiddenStyles);
  const box = useRef<HTMLDivElement>(null);
  const onWhere = useCallback((where: AuditNode | undefined) => onChange(withWhere(tree, where)), [tree, onChange]);
  const state = useTree(tree.where, onWhere, fields);
  const problems = useProblems(state, checked.problems);
  const context = useContextValue(props, state, problems);
  useFocus(box, state.focus);
  return (
    <BuilderContext.Provider value={context}>
      {/* Only a key that undoes is heard here; there are buttons for it as well. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={box} data-testid={selectors.builder} onKeyDown={(e) => undoByKey(e, state)}>
        <Stack direction="column" gap={1}>
          <div style={{ position: 'relative', minWidth: 0 }}>
            <GroupBox group={state.root} level={0} />
            <UndoButtons state={state} />
          </div>
          {state.root.items.length === 0 && <Empty starters={starters} onUse={onUse} />}
          <AnswerEditor tree={tree} fields={fields} format={format} onChange={onChange} />
          <Preview checked={checked} problems={(problems.get('') ?? []).map(({ message }) => message)} />
        </Stack>
        <div aria-live="polite" className={hidden}>
          {state.say}
        </div>
      </div>
    </BuilderContext.Provider>
  );
}

function withWhere({ where: _, ...rest }: AuditTree, where: AuditNode | undefined): AuditTree {
  return where ? { where, ...rest } : rest;
}

function useProblems({ root }: TreeState, problems: Problem[]) {
  return useMemo(() => byItem(problems, toWhere(root).paths), [problems, root]);
}

function useContextValue({ fields, source, names, scope, range }: BuilderProps, state: TreeState, problems: BuilderState['problems']): BuilderState {
  const [dragged, setDragged] = useState<string>();
  const { root, dispatch } = state;
  return { root, fields, problems, dispatch, source, variables: names, scope, range, dragged, setDragged };
}

function UndoButtons({ state: { undo, redo } }: { state: TreeState }) {
  return (
    <div style={{ position: 'absolute', top: 8, right: 4, display: 'flex', gap: 4 }}>
      <IconButton name="history-alt" aria-label="Undo" title="Undo (Ctrl+Z)" disabled={!undo} onClick={undo} />
      <IconButton name="repeat" aria-label="Redo" title="Redo (Ctrl+Shift+Z)" disabled={!redo} onClick={redo} />
    </div>
  );
}

/** Undoes with Ctrl+Z; in a text that is its own to undo. */
function undoByKey(e: KeyboardEvent, { undo, redo }: TreeState): void {
  const typing = e.target instanceof HTMLInputElement && e.target.value !== '' && e.target.type !== 'radio';
  if (!(e.ctrlKey || e.metaKey) || typing || e.key.toLowerCase() !== 'z') {
    return;
  }
  e.preventDefault();
  (e.shiftKey ? redo : undo)?.();
}
