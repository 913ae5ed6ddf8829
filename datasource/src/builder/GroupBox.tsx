import { cx } from '@emotion/css';
import { Button, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { Fragment } from 'react';

import { useBuilder } from './context';
import { describe } from './describe';
import { Handle } from './Handle';
import { ItemActions } from './ItemActions';
import type { Group, Join } from './model';
import { NotToggle } from './NotToggle';
import { Problems } from './Problems';
import { RuleRow } from './RuleRow';
import { groupStyles, itemStyles } from './styles';
import { moveByKey, useDrop, useDropInto } from './useDrop';

interface Props {
  group: Group;
  /** How deep it is nested; the outermost is at 0. */
  level: number;
}

/** A group of rules and groups, in brackets. */
export function GroupBox({ group, level }: Props) {
  const styles = useStyles2(groupStyles, level);
  const items = useStyles2(itemStyles);
  const { fields, problems } = useBuilder();
  const wrong = problems.get(group.id) ?? [];
  const problemId = `${group.id}-problem`;
  return (
    <div
      role="group"
      data-item={group.id}
      className={cx(styles.group, group.disabled && items.disabled, wrong.length > 0 && items.wrong)}
      aria-label={`${level === 0 ? 'Conditions' : `Group at level ${level}`}: ${describe(group, fields)}`}
      aria-describedby={wrong.length > 0 ? problemId : undefined}
    >
      <Header group={group} level={level} />
      <Problems id={problemId} problems={wrong} />
      <Items group={group} level={level} />
    </div>
  );
}

function Header({ group, level }: Props) {
  const styles = useStyles2(groupStyles, level);
  const { dispatch, fields } = useBuilder();
  const what = describe(group, fields);
  const into = useDropInto(group);
  return (
    <div className={styles.header} {...into}>
      {level > 0 && <Handle item={group} />}
      <NotToggle item={group} what={`the group, ${what}`} />
      <RadioButtonGroup
        aria-label={`How the conditions of the group are joined, ${what}`}
        size="sm"
        options={JOINS}
        value={group.join}
        onChange={(join) => join !== group.join && dispatch({ type: 'toggleJoin', id: group.id })}
      />
      <Button
        data-part="add"
        size="sm"
        variant="secondary"
        fill="text"
        icon="plus"
        aria-label={`Add a condition to ${level === 0 ? 'the outermost group' : `the group, ${what}`}`}
        onClick={() => dispatch({ type: 'addRule', id: group.id })}
      >
        Condition
      </Button>
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        icon="plus"
        aria-label={`Add a group to ${level === 0 ? 'the outermost group' : `the group, ${what}`}`}
        onClick={() => dispatch({ type: 'addGroup', id: group.id })}
      >
        Group
      </Button>
      {level > 0 && <ItemActions item={group} />}
    </div>
  );
}

const JOINS: Array<{ label: string; value: Join; description: string }> = [
  { label: 'All (and)', value: 'all', description: 'Every condition holds' },
  { label: 'Any (or)', value: 'any', description: 'At least one condition holds' },
];

function Items({ group, level }: Props) {
  const styles = useStyles2(groupStyles, level);
  const into = useDropInto(group);
  if (group.items.length === 0) {
    return level === 0 ? null : (
      <div className={styles.empty} {...into}>
        Nothing in here yet: the group is left out.
      </div>
    );
  }
  return (
    <ul className={styles.list}>
      {group.items.map((item, index) => (
        <Fragment key={item.id}>
          {index > 0 && (
            <li className={styles.join} aria-hidden>
              {group.join === 'all' ? 'and' : 'or'}
            </li>
          )}
          <ItemLine group={group} index={index} level={level} />
        </Fragment>
      ))}
    </ul>
  );
}

function ItemLine({ group, index, level }: Props & { index: number }) {
  const item = group.items[index];
  const styles = useStyles2(itemStyles);
  const { dispatch, dragged } = useBuilder();
  const { side, props } = useDrop(item, group, index);
  return (
    // The keys move what has the focus; each move is in a menu as well.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={cx(styles.item, dragged === item.id && styles.dragged, side && styles[side])}
      onKeyDown={(e) => moveByKey(e, item.id, dispatch)}
      {...props}
    >
      {item.kind === 'group' ? <GroupBox group={item} level={level + 1} /> : <RuleRow rule={item} />}
    </li>
  );
}
