// What can be done with a tree of conditions. Every operation returns a new
// tree and leaves the old one as it was; one that cannot be done returns the
// same tree.
import { type Group, type Item, newGroup, newId, type Rule } from './model';

/** Where an item is: in which group, and at which place of it. */
export interface Place {
  group: Group;
  index: number;
}

export function find(root: Group, id: string): Item | undefined {
  if (root.id === id) {
    return root;
  }
  return flatten(root).find((item) => item.id === id);
}

/** All items of a tree as they are read, the outermost group not among them. */
export function flatten(group: Group): Item[] {
  return group.items.flatMap((item) => (item.kind === 'group' ? [item, ...flatten(item)] : [item]));
}

export function placeOf(root: Group, id: string): Place | undefined {
  const index = root.items.findIndex((item) => item.id === id);
  if (index >= 0) {
    return { group: root, index };
  }
  for (const item of root.items) {
    const found = item.kind === 'group' ? placeOf(item, id) : undefined;
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** Changes one item, which may be the outermost group. */
export function update(root: Group, id: string, change: (item: Item) => Item): Group {
  if (root.id === id) {
    const changed = change(root);
    return changed.kind === 'group' ? changed : root;
  }
  return updateGroups(root, (items) => (items.some((item) => item.id === id) ? items.map((item) => (item.id === id ? change(item) : item)) : items));
}

/** Changes the lists of items; what is not changed stays the same object. */
function updateGroups(group: Group, change: (items: Item[], group: Group) => Item[]): Group {
  const inner = group.items.map((item) => (item.kind === 'group' ? updateGroups(item, change) : item));
  const items = change(inner.every((item, i) => item === group.items[i]) ? group.items : inner, group);
  return items === group.items ? group : { ...group, items };
}

/** Puts an item into a group, at the end where no place is named. */
export function insert(root: Group, groupId: string, item: Item, index?: number): Group {
  return update(root, groupId, (group) => {
    if (group.kind !== 'group') {
      return group;
    }
    const at = Math.max(0, Math.min(index ?? group.items.length, group.items.length));
    return { ...group, items: [...group.items.slice(0, at), item, ...group.items.slice(at)] };
  });
}

export function remove(root: Group, id: string): Group {
  return updateGroups(root, (items) => (items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items));
}

/**
 * Moves an item to a place of a group, which is counted as the tree is before
 * the move. A group cannot go into itself.
 */
export function moveTo(root: Group, id: string, groupId: string, index: number): Group {
  const item = find(root, id);
  const from = placeOf(root, id);
  const into = find(root, groupId);
  if (!item || !from || into?.kind !== 'group' || contains(item, groupId)) {
    return root;
  }
  const same = from.group.id === groupId;
  const at = same && from.index < index ? index - 1 : index;
  return same && at === from.index ? root : insert(remove(root, id), groupId, item, at);
}

function contains(item: Item, id: string): boolean {
  return item.id === id || (item.kind === 'group' && item.items.some((child) => contains(child, id)));
}

/** Moves an item one line up: past a rule, into the end of a group, or out of its own. */
export function moveUp(root: Group, id: string): Group {
  const place = placeOf(root, id);
  if (!place) {
    return root;
  }
  const before = place.group.items[place.index - 1];
  if (!before) {
    const outer = placeOf(root, place.group.id);
    return outer ? moveTo(root, id, outer.group.id, outer.index) : root;
  }
  return before.kind === 'group' ? moveTo(root, id, before.id, before.items.length) : moveTo(root, id, place.group.id, place.index - 1);
}

/** Moves an item one line down, the opposite of moveUp. */
export function moveDown(root: Group, id: string): Group {
  const place = placeOf(root, id);
  if (!place) {
    return root;
  }
  const after = place.group.items[place.index + 1];
  if (!after) {
    const outer = placeOf(root, place.group.id);
    return outer ? moveTo(root, id, outer.group.id, outer.index + 1) : root;
  }
  return after.kind === 'group' ? moveTo(root, id, after.id, 0) : moveTo(root, id, place.group.id, place.index + 2);
}

/** Puts an item into a group of its own, of the other kind than it is in. */
export function wrap(root: Group, id: string): Group {
  const place = placeOf(root, id);
  const item = find(root, id);
  if (!place || !item) {
    return root;
  }
  const group = newGroup(place.group.join === 'all' ? 'any' : 'all', [item]);
  return updateGroups(root, (items) => (items.some((i) => i.id === id) ? items.map((i) => (i.id === id ? group : i)) : items));
}

/** Tells whether the items of a group can stand in its place. */
export function canUnwrap(root: Group, id: string): boolean {
  const item = find(root, id);
  return item?.kind === 'group' && item.id !== root.id && !item.not && !item.disabled;
}

/** Puts the items of a group in its place. */
export function unwrap(root: Group, id: string): Group {
  if (!canUnwrap(root, id)) {
    return root;
  }
  return updateGroups(root, (items) =>
    items.some((item) => item.id === id) ? items.flatMap((item) => (item.id === id && item.kind === 'group' ? item.items : [item])) : items
  );
}

/** Moves an item a level in: into the group before it, or one of its own. */
export function indent(root: Group, id: string): Group {
  const place = placeOf(root, id);
  const before = place?.group.items[place.index - 1];
  return before?.kind === 'group' ? moveTo(root, id, before.id, before.items.length) : wrap(root, id);
}

/** Moves an item out of its group, behind it; a group that is then empty goes. */
export function outdent(root: Group, id: string): Group {
  const place = placeOf(root, id);
  const outer = place && placeOf(root, place.group.id);
  if (!place || !outer) {
    return root;
  }
  const moved = moveTo(root, id, outer.group.id, outer.index + 1);
  return place.group.items.length === 1 ? remove(moved, place.group.id) : moved;
}

/** Puts a copy behind an item. */
export function duplicate(root: Group, id: string): { root: Group; copy?: Item } {
  const place = placeOf(root, id);
  const item = find(root, id);
  if (!place || !item) {
    return { root };
  }
  const copy = copyOf(item);
  return { root: insert(root, place.group.id, copy, place.index + 1), copy };
}

function copyOf(item: Item): Item {
  return item.kind === 'rule' ? { ...item, id: newId() } : { ...item, id: newId(), items: item.items.map(copyOf) };
}

export function toggleNot(root: Group, id: string): Group {
  return update(root, id, (item) => ({ ...item, not: !item.not }));
}

export function toggleDisabled(root: Group, id: string): Group {
  return update(root, id, (item) => ({ ...item, disabled: !item.disabled }));
}

/** Makes And of Or, and the other way round. */
export function toggleJoin(root: Group, id: string): Group {
  return update(root, id, (item) => (item.kind === 'group' ? { ...item, join: item.join === 'all' ? 'any' : 'all' } : item));
}

export function changeRule(root: Group, id: string, change: Partial<Omit<Rule, 'kind' | 'id'>>): Group {
  return update(root, id, (item) => (item.kind === 'rule' ? { ...item, ...change } : item));
}

/** How deep an item is nested: what is in the outermost group is at 1. */
export function levelOf(root: Group, id: string): number {
  const place = placeOf(root, id);
  return place ? levelOf(root, place.group.id) + 1 : 0;
}
