import { Icon, useStyles2 } from '@grafana/ui';

import type { ItemProblem } from './problems';
import { itemStyles } from './styles';

/** What is wrong with an item, below it. */
export function Problems({ id, problems }: { id: string; problems: ItemProblem[] }) {
  const styles = useStyles2(itemStyles);
  if (problems.length === 0) {
    return null;
  }
  return (
    <div id={id} className={styles.problem}>
      <Icon name="exclamation-triangle" size="sm" />
      <span>{problems.map(({ message, part }) => (part ? `${PARTS[part]} ${message}` : message)).join(' · ')}</span>
    </div>
  );
}

const PARTS = { field: 'Field:', op: 'Operator:', values: 'Value:' };
