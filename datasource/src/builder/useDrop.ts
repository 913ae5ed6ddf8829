import { type DragEvent, type KeyboardEvent, useState } from 'react';

import type { Action } from './actions';
import { useBuilder } from './context';
import type { Group, Item } from './model';

type Side = 'before' | 'after';

/** Lets a dragged item be dropped before or behind another. */
export function useDrop(item: Item, group: Group, index: number) {
  const { dragged, dispatch, setDragged } = useBuilder();
  const [side, setSide] = useState<Side>();
  const onDragOver = (e: DragEvent<HTMLElement>) => {
    if (dragged === undefined) {
      return;
    }
    e.preventDefault();
    e.stopPropagation();
    const { top, height } = e.currentTarget.getBoundingClientRect();
    setSide(e.clientY < top + height / 2 ? 'before' : 'after');
  };
  const onDrop = (e: DragEvent<HTMLElement>) => {
    e.preventDefault();
    e.stopPropagation();
    setSide(undefined);
    setDragged(undefined);
    if (dragged !== undefined && dragged !== item.id) {
      dispatch({ type: 'moveTo', id: dragged, group: group.id, index: side === 'before' ? index : index + 1 });
    }
  };
  return { side: dragged === undefined ? undefined : side, props: { onDragOver, onDrop, onDragLeave: () => setSide(undefined) } };
}

/** Lets a dragged item be dropped into a group, in front of all that is in it. */
export function useDropInto(group: Group) {
  const { dragged, dispatch, setDragged } = useBuilder();
  return {
    onDragOver: (e: DragEvent) => {
      if (dragged !== undefined) {
        e.preventDefault();
        e.stopPropagation();
      }
    },
    onDrop: (e: DragEvent) => {
      e.preventDefault();
      e.stopPropagation();
      setDragged(undefined);
      if (dragged !== undefined) {
        dispatch({ type: 'moveTo', id: dragged, group: group.id, index: 0 });
      }
    },
  };
}

const MOVES: Record<string, 'moveUp' | 'moveDown' | 'indent' | 'outdent'> = {
  ArrowUp: 'moveUp',
  ArrowDown: 'moveDown',
  ArrowRight: 'indent',
  ArrowLeft: 'outdent',
};

/** Moves an item with Alt and an arrow, wherever in it the focus is, but in a text. */
export function moveByKey(e: KeyboardEvent, id: string, dispatch: (action: Action) => void) {
  const type = MOVES[e.key];
  const typing = e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement;
  if (e.altKey && !e.ctrlKey && !e.metaKey && type && !typing) {
    e.preventDefault();
    e.stopPropagation();
    dispatch({ type, id });
  }
}
