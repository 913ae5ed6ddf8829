import { Button } from '@grafana/ui';

import { useBuilder } from './context';
import type { Item } from './model';

/** Negates an item. */
export function NotToggle({ item, what }: { item: Item; what: string }) {
  const { dispatch } = useBuilder();
  return (
    <Button
      size="md"
      variant={item.not ? 'destructive' : 'secondary'}
      fill={item.not ? 'solid' : 'text'}
      aria-pressed={item.not}
      aria-label={`Not: ${what}`}
      onClick={() => dispatch({ type: 'toggleNot', id: item.id })}
    >
      Not
    </Button>
  );
}
