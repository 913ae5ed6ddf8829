import { Icon, useStyles2 } from '@grafana/ui';

import { useBuilder } from './context';
import { describe } from './describe';
import type { Item } from './model';
import { itemStyles } from './styles';

const HELP = 'Drag to move. Keys: Alt+Up and Alt+Down move, Alt+Right and Alt+Left change the level, Delete removes.';

/** Where an item is taken to be moved, with the mouse or with keys. */
export function Handle({ item }: { item: Item }) {
  const styles = useStyles2(itemStyles);
  const { fields, dispatch, setDragged } = useBuilder();
  return (
    <button
      type="button"
      className={styles.handle}
      data-part="handle"
      aria-label={`Move ${describe(item, fields)}`}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight Delete"
      title={HELP}
      draggable
      onDragStart={(e) => {
        e.stopPropagation();
        e.dataTransfer.effectAllowed = 'move';
        e.dataTransfer.setData('text/plain', describe(item, fields));
        setDragged(item.id);
      }}
      onDragEnd={() => setDragged(undefined)}
      onKeyDown={(e) => {
        if (e.key === 'Delete') {
          e.preventDefault();
          dispatch({ type: 'remove', id: item.id });
        }
      }}
    >
      <Icon name="draggabledots" />
    </button>
  );
}
