import { type RefObject, useEffect } from 'react';

import type { Focus } from './actions';

/** Gives the focus to a part of an item once it is there. */
export function useFocus(box: RefObject<HTMLElement>, focus: Focus | undefined): void {
  useEffect(() => {
    const item = focus && box.current?.querySelector(`[data-item="${focus.id}"]`);
    const part = item?.querySelector<HTMLElement>(`[data-part="${focus?.part}"]`);
    // The part of a Combobox is around its input.
    const target = part?.matches('button, input') ? part : part?.querySelector<HTMLElement>('input, button');
    target?.focus();
  }, [box, focus]);
}
