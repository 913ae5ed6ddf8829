import { Button, useStyles2 } from '@grafana/ui';

import { useBuilder } from './context';
import type { Item } from './model';
import { itemStyles } from './styles';

/** Negates an item. */
export function NotToggle({ item, what }: { item: Item; what: string }) {
  const { dispatch } = useBuilder();
  const styles = useStyles2(itemStyles);
  return (
    <Button
      className={styles.not}
      size="sm"
      variant={item.not ? 'primary' : 'secondary'}
      fill={item.not ? 'solid' : 'text'}
      aria-pressed={item.not}
      aria-label={`Not: ${what}`}
      onClick={() => dispatch({ type: 'toggleNot', id: item.id })}
    >
      Not
    </Button>
  );
}
