import { useCallback, useState } from 'react';

import type { FieldInfo } from '../api/wire';
import type { AuditNode } from '../types';

import { act, type Action, type Focus } from './actions';
import { fromWhere, type Group, toWhere } from './model';

/** How many steps can be undone. */
const STEPS = 100;

interface State {
  /** The conditions that the tree was read from or written as. */
  key: string;
  root: Group;
  past: Group[];
  future: Group[];
  say: string;
  focus?: Focus;
}

export interface TreeState {
  root: Group;
  dispatch: (action: Action) => void;
  undo?: () => void;
  redo?: () => void;
  /** What happened last, for screen readers. */
  say: string;
  /** What is to get the focus; another object each time. */
  focus?: Focus;
}

/**
 * Keeps the tree of a query's conditions with what can be undone. Conditions
 * that come from elsewhere, such as a filter that was clicked, replace it.
 */
export function useTree(where: AuditNode | undefined, onWhere: (where: AuditNode | undefined) => void, fields: FieldInfo[]): TreeState {
  const key = keyOf(where);
  const [state, setState] = useState<State>(() => ({ key, root: fromWhere(where), past: [], future: [], say: '' }));
  if (state.key !== key) {
    setState({ key, root: fromWhere(where), past: [...state.past, state.root].slice(-STEPS), future: [], say: '' });
  }
  const change = useCallback(
    (next: Omit<State, 'key'>) => {
      const written = toWhere(next.root).where;
      setState({ ...next, key: keyOf(written) });
      if (keyOf(written) !== state.key) {
        onWhere(written);
      }
    },
    [state.key, onWhere]
  );
  const { root, past, future } = state;
  const dispatch = (action: Action) => {
    const { root: next, say = '', focus } = act(root, action, fields);
    change(next === root ? { ...state, say, focus } : { root: next, past: [...past, root].slice(-STEPS), future: [], say, focus });
  };
  const undo = () => change({ root: past[past.length - 1], past: past.slice(0, -1), future: [root, ...future], say: 'Undone.' });
  const redo = () => change({ root: future[0], past: [...past, root], future: future.slice(1), say: 'Done again.' });
  return { root, dispatch, undo: past.length > 0 ? undo : undefined, redo: future.length > 0 ? redo : undefined, say: state.say, focus: state.focus };
}

function keyOf(where: AuditNode | undefined): string {
  return JSON.stringify(where ?? null);
}
