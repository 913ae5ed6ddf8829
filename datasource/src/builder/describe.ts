// Says in words what rules and groups are, for labels and announcements.
import type { FieldInfo } from '../api/wire';

import type { Group, Item, Join } from './model';
import { operatorLabel } from './operators';

export function titleOf(fields: FieldInfo[], name: string): string {
  return fields.find((f) => f.name === name)?.title ?? name;
}

export function joinLabel(join: Join): string {
  return join === 'all' ? 'All' : 'Any';
}

/** "Username is ana", "Any of 3". */
export function describe(item: Item, fields: FieldInfo[]): string {
  const not = item.not ? 'not ' : '';
  const off = item.disabled ? ', disabled' : '';
  if (item.kind === 'group') {
    return `${not}${joinLabel(item.join).toLowerCase()} of ${item.items.length}${off}`;
  }
  if (item.field === '') {
    return `${not}new condition${off}`;
  }
  const values = item.values.slice(0, 3).join(', ') + (item.values.length > 3 ? ` and ${item.values.length - 3} more` : '');
  return `${not}${titleOf(fields, item.field)} ${operatorLabel(item.op).toLowerCase()} ${values}`.trim() + off;
}

/** "2 of 3 in group all of 3", for a screen reader after a move. */
export function describePlace(group: Group, index: number, outermost: boolean, fields: FieldInfo[]): string {
  return `${index + 1} of ${group.items.length} in ${outermost ? 'the outermost group' : `group ${describe(group, fields)}`}`;
}
