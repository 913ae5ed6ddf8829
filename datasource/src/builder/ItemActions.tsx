import { Dropdown, IconButton, Menu, useStyles2 } from '@grafana/ui';

import { useBuilder } from './context';
import { describe } from './describe';
import type { Item } from './model';
import { itemStyles } from './styles';
import { canUnwrap, placeOf } from './tree';

/** What can be done with an item: the usual as buttons, all else in a menu. */
export function ItemActions({ item }: { item: Item }) {
  const styles = useStyles2(itemStyles);
  const { dispatch, fields } = useBuilder();
  const what = describe(item, fields);
  const { id } = item;
  return (
    <span className={styles.actions}>
      <IconButton
        name={item.disabled ? 'eye-slash' : 'eye'}
        aria-label={`${item.disabled ? 'Enable' : 'Disable'} ${what}`}
        aria-pressed={item.disabled}
        title={item.disabled ? 'Enable' : 'Disable: leave out without deleting'}
        onClick={() => dispatch({ type: 'toggleDisabled', id })}
      />
      <IconButton name="copy" aria-label={`Duplicate ${what}`} title="Duplicate" onClick={() => dispatch({ type: 'duplicate', id })} />
      <IconButton name="trash-alt" aria-label={`Remove ${what}`} title="Remove" onClick={() => dispatch({ type: 'remove', id })} />
      <Dropdown overlay={() => <MoreMenu item={item} />} placement="bottom-end">
        <IconButton name="ellipsis-v" aria-label={`More for ${what}`} title="More" />
      </Dropdown>
    </span>
  );
}

function MoreMenu({ item }: { item: Item }) {
  const { root, dispatch } = useBuilder();
  const { id } = item;
  const place = placeOf(root, id);
  const nested = place !== undefined && place.group.id !== root.id;
  const last = place !== undefined && place.index === place.group.items.length - 1;
  return (
    <Menu>
      <Menu.Item label="Move up" icon="arrow-up" shortcut="Alt+↑" disabled={!nested && place?.index === 0} onClick={() => dispatch({ type: 'moveUp', id })} />
      <Menu.Item label="Move down" icon="arrow-down" shortcut="Alt+↓" disabled={!nested && last} onClick={() => dispatch({ type: 'moveDown', id })} />
      <Menu.Item label="Move in" icon="arrow-right" shortcut="Alt+→" onClick={() => dispatch({ type: 'indent', id })} />
      <Menu.Item label="Move out" icon="arrow-left" shortcut="Alt+←" disabled={!nested} onClick={() => dispatch({ type: 'outdent', id })} />
      <Menu.Divider />
      <Menu.Item label="Negate" icon="exclamation-circle" onClick={() => dispatch({ type: 'toggleNot', id })} />
      <Menu.Item label="Put into a group of its own" icon="brackets-curly" onClick={() => dispatch({ type: 'wrap', id })} />
      {item.kind === 'group' && (
        <>
          <Menu.Item
            label={item.join === 'all' ? 'Convert And to Or' : 'Convert Or to And'}
            icon="sync"
            onClick={() => dispatch({ type: 'toggleJoin', id })}
          />
          <Menu.Item
            label="Dissolve the group"
            icon="minus-circle"
            disabled={!canUnwrap(root, id)}
            description={canUnwrap(root, id) ? undefined : 'Not while it is negated or disabled'}
            onClick={() => dispatch({ type: 'unwrap', id })}
          />
        </>
      )}
    </Menu>
  );
}
