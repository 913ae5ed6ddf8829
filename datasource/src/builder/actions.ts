// What people do with the tree: the operation, what a screen reader says of it,
// and where the focus goes.
import type { FieldInfo } from '../api/wire';

import { describe, describePlace, joinLabel } from './describe';
import { type Group, newGroup, newRule, type Rule } from './model';
import {
  changeRule, duplicate, find, indent, insert, moveDown, moveTo, moveUp, outdent, placeOf, remove, toggleDisabled, toggleJoin, toggleNot, unwrap, wrap,
} from './tree';

/** The part of an item that has the focus. */
export type FocusPart = 'handle' | 'field' | 'values' | 'add';

export interface Focus {
  id: string;
  part: FocusPart;
}

type Move = { type: 'moveUp' | 'moveDown' | 'indent' | 'outdent' | 'wrap'; id: string } | { type: 'moveTo'; id: string; group: string; index: number };
type Toggle = 'toggleNot' | 'toggleDisabled' | 'toggleJoin';

export type Action =
  | { type: 'addRule' | 'addGroup' | 'remove' | 'duplicate' | 'unwrap'; id: string }
  | { type: Toggle; id: string }
  | Move
  | { type: 'change'; id: string; rule: Partial<Omit<Rule, 'kind' | 'id'>>; focus?: FocusPart };

export interface Outcome {
  root: Group;
  /** For screen readers. */
  say?: string;
  focus?: Focus;
}

/** Does something with a tree. One that cannot be done gives the same tree. */
export function act(root: Group, action: Action, fields: FieldInfo[]): Outcome {
  switch (action.type) {
    case 'addRule':
      return added(root, action.id, newRule(), fields);
    case 'addGroup':
      return addedGroup(root, action.id, fields);
    case 'remove':
      return removed(root, action.id, fields);
    case 'duplicate':
      return duplicated(root, action.id, fields);
    case 'change':
      return { root: changeRule(root, action.id, action.rule), focus: action.focus && { id: action.id, part: action.focus } };
    case 'toggleNot':
    case 'toggleDisabled':
    case 'toggleJoin':
      return toggled(root, action.type, action.id, fields);
    case 'unwrap':
      return unwrapped(root, action.id, fields);
    default:
      return moved(root, action, fields);
  }
}

function added(root: Group, id: string, rule: Rule, fields: FieldInfo[]): Outcome {
  const next = insert(root, id, rule);
  return { root: next, say: `Added a condition, ${place(next, rule.id, fields)}.`, focus: { id: rule.id, part: 'field' } };
}

function addedGroup(root: Group, id: string, fields: FieldInfo[]): Outcome {
  const into = find(root, id);
  const rule = newRule();
  const group = newGroup(into?.kind === 'group' && into.join === 'all' ? 'any' : 'all', [rule]);
  const next = insert(root, id, group);
  return { root: next, say: `Added a group, ${place(next, group.id, fields)}.`, focus: { id: rule.id, part: 'field' } };
}

function removed(root: Group, id: string, fields: FieldInfo[]): Outcome {
  const item = find(root, id);
  const at = placeOf(root, id);
  if (!item || !at) {
    return { root };
  }
  const neighbour = at.group.items[at.index + 1] ?? at.group.items[at.index - 1];
  const focus: Focus = neighbour ? { id: neighbour.id, part: 'handle' } : { id: at.group.id, part: 'add' };
  return { root: remove(root, id), say: `Removed ${describe(item, fields)}.`, focus };
}

function duplicated(root: Group, id: string, fields: FieldInfo[]): Outcome {
  const { root: next, copy } = duplicate(root, id);
  return copy ? { root: next, say: `Duplicated, ${place(next, copy.id, fields)}.`, focus: { id: copy.id, part: 'handle' } } : { root };
}

function toggled(root: Group, type: Toggle, id: string, fields: FieldInfo[]): Outcome {
  const next = { toggleNot, toggleDisabled, toggleJoin }[type](root, id);
  const item = find(next, id);
  if (!item || next === root) {
    return { root };
  }
  const says = {
    toggleNot: item.not ? 'Negated' : 'No longer negated',
    toggleDisabled: item.disabled ? 'Disabled' : 'Enabled',
    toggleJoin: item.kind === 'group' ? `Now ${joinLabel(item.join).toLowerCase()} of these` : '',
  };
  return { root: next, say: `${says[type]}: ${describe(item, fields)}.` };
}

function unwrapped(root: Group, id: string, fields: FieldInfo[]): Outcome {
  const item = find(root, id);
  const at = placeOf(root, id);
  const next = unwrap(root, id);
  if (next === root || item?.kind !== 'group' || !at) {
    return { root };
  }
  const first = item.items[0];
  const focus: Focus = first ? { id: first.id, part: 'handle' } : { id: at.group.id, part: 'add' };
  return { root: next, say: `Dissolved group ${describe(item, fields)}.`, focus };
}

function movedTree(root: Group, action: Move): Group {
  if (action.type === 'moveTo') {
    return moveTo(root, action.id, action.group, action.index);
  }
  return { moveUp, moveDown, indent, outdent, wrap }[action.type](root, action.id);
}

function moved(root: Group, action: Move, fields: FieldInfo[]): Outcome {
  const { id } = action;
  const next = movedTree(root, action);
  const item = find(next, id);
  if (!item) {
    return { root };
  }
  const what = describe(item, fields);
  const say = next === root ? `${what} stays where it is.` : `Moved ${what} to ${place(next, id, fields)}.`;
  return { root: next, say, focus: { id, part: 'handle' } };
}

function place(root: Group, id: string, fields: FieldInfo[]): string {
  const at = placeOf(root, id);
  return at ? describePlace(at.group, at.index, at.group.id === root.id, fields) : '';
}
