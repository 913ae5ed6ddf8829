import type { AuditNode, Operator } from '../types';

import { fromWhere, type Group, isComplete, type Item, newGroup, newRule, toWhere } from './model';
import {
  canUnwrap, changeRule, duplicate, find, flatten, indent, insert, levelOf, moveDown, moveTo, moveUp, outdent, placeOf, remove, toggleDisabled,
  toggleJoin, toggleNot, unwrap, wrap,
} from './tree';

/** A generator of numbers that are the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof random>;

const FIELDS = ['username', 'action', 'outcome', 'address'];
const OPS: Operator[] = ['is', 'is_not', 'in', 'contains', 'exists', 'not_matches'];

function someItem(r: Random, depth: number): Item {
  const flags = { not: r(4) === 0, disabled: r(5) === 0 };
  if (depth > 0 && r(3) === 0) {
    return { ...newGroup(r(2) === 0 ? 'all' : 'any', some(r, depth - 1)), ...flags };
  }
  const op = OPS[r(OPS.length)];
  return newRule({ ...flags, field: FIELDS[r(FIELDS.length)], op, values: op === 'exists' ? [] : [`v${r(100)}`] });
}

function some(r: Random, depth: number): Item[] {
  return Array.from({ length: r(4) }, () => someItem(r, depth));
}

function someTree(r: Random): Group {
  return { ...newGroup(r(2) === 0 ? 'all' : 'any', [someItem(r, 3), ...some(r, 3)]), not: r(6) === 0 };
}

function someId(r: Random, root: Group): string {
  const items = flatten(root);
  return items[r(items.length)].id;
}

/** Calls a property with three hundred trees and an item of each. */
function forTrees(property: (root: Group, id: string, r: Random) => void) {
  for (let seed = 0; seed < 300; seed++) {
    const r = random(seed);
    const root = someTree(r);
    property(root, someId(r, root), r);
  }
}

function ids(root: Group): string[] {
  return flatten(root).map((item) => item.id);
}

function rules(root: Group): string[] {
  return flatten(root).filter((item) => item.kind === 'rule').map((item) => item.id).sort();
}

/** A tree is valid if nothing is in it twice. */
function expectValid(root: Group) {
  const all = [root.id, ...ids(root)];
  expect(new Set(all).size).toBe(all.length);
}

const OPERATIONS: Record<string, (root: Group, id: string, r: Random) => Group> = {
  insert: (root, _, r) => insert(root, root.id, someItem(r, 2), r(6) - 1),
  remove,
  moveUp,
  moveDown,
  wrap,
  unwrap,
  indent,
  outdent,
  duplicate: (root, id) => duplicate(root, id).root,
  toggleNot,
  toggleDisabled,
  toggleJoin,
  changeRule: (root, id) => changeRule(root, id, { values: ['x'] }),
  moveTo: (root, id, r) => moveTo(root, id, [root.id, ...ids(root)][r(ids(root).length + 1)], r(5)),
};

describe.each(Object.entries(OPERATIONS))('%s', (_, operation) => {
  it('keeps a valid tree and does not change the old one', () => {
    forTrees((root, id, r) => {
      const before = JSON.stringify(root);
      expectValid(operation(root, id, r));
      expect(JSON.stringify(root)).toBe(before);
    });
  });

  it('keeps the same tree where there is no such item', () => {
    forTrees((root, _id, r) => {
      if (operation !== OPERATIONS.insert) {
        expect(operation(root, 'nobody', r)).toBe(root);
      }
    });
  });

  it('keeps what it does not touch the same object', () => {
    const untouched = newGroup('any', [newRule({ field: 'username', values: ['ana'] })]);
    const touched = newRule({ field: 'action', values: ['s3:*'] });
    const root = newGroup('all', [untouched, newGroup('any', [newRule(), touched, newRule()])]);
    expect(find(operation(root, touched.id, random(1)), untouched.items[0].id)).toBe(untouched.items[0]);
  });
});

it('survives a long row of any operations', () => {
  const list = Object.values(OPERATIONS);
  for (let seed = 0; seed < 40; seed++) {
    const r = random(seed);
    let root = someTree(r);
    for (let i = 0; i < 60 && root.items.length > 0 && ids(root).length < 200; i++) {
      root = list[r(list.length)](root, someId(r, root), r);
      expectValid(root);
      expect(toWhere(fromWhere(toWhere(root).where)).where).toEqual(toWhere(root).where);
    }
  }
});

describe('moves', () => {
  it.each([
    ['up', moveUp],
    ['down', moveDown],
    ['to a place', OPERATIONS.moveTo],
  ] as const)('%s keep every item', (_, move) => {
    forTrees((root, id, r) => {
      const moved = move(root, id, r);
      expect(ids(moved).sort()).toEqual(ids(root).sort());
    });
  });

  it('up and down are each the opposite of the other', () => {
    forTrees((root, id) => {
      const up = moveUp(root, id);
      const down = moveDown(root, id);
      expect(up === root ? root : moveDown(up, id)).toEqual(root);
      expect(down === root ? root : moveUp(down, id)).toEqual(root);
    });
  });

  it('up repeated comes to the very top', () => {
    forTrees((root, id) => {
      let tree = root;
      for (let i = 0; i < 100; i++) {
        tree = moveUp(tree, id);
      }
      expect(tree.items[0].id).toBe(id);
    });
  });

  it('never put a group into itself', () => {
    const inner = newGroup('any');
    const outer = newGroup('any', [inner]);
    const root = newGroup('all', [outer]);
    expect(moveTo(root, outer.id, inner.id, 0)).toBe(root);
    expect(moveTo(root, outer.id, outer.id, 0)).toBe(root);
  });

  it('to another place of the same group count places before the move', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((field) => newRule({ field }));
    const root = newGroup('all', [a, b, c]);
    expect(ids(moveTo(root, a.id, root.id, 2))).toEqual([b.id, a.id, c.id]);
    expect(ids(moveTo(root, c.id, root.id, 0))).toEqual([c.id, a.id, b.id]);
    expect(moveTo(root, b.id, root.id, 2)).toBe(root);
  });
});

describe('levels', () => {
  it('wrap and unwrap give the same tree', () => {
    forTrees((root, id) => {
      const wrapped = wrap(root, id);
      const group = placeOf(wrapped, id)?.group.id ?? '';
      expect(canUnwrap(wrapped, group)).toBe(true);
      expect(unwrap(wrapped, group)).toEqual(root);
    });
  });

  it('wrap goes one level deeper, outdent one higher', () => {
    forTrees((root, id) => {
      expect(levelOf(wrap(root, id), id)).toBe(levelOf(root, id) + 1);
      expect(levelOf(outdent(root, id), id)).toBe(Math.max(1, levelOf(root, id) - 1));
      expect(levelOf(indent(root, id), id)).toBe(levelOf(root, id) + 1);
    });
  });

  it('unwrap keeps the rules, and leaves a negated or disabled group alone', () => {
    forTrees((root, id) => {
      expect(rules(unwrap(root, id))).toEqual(rules(root));
      const item = find(root, id);
      if (item?.not || item?.disabled) {
        expect(unwrap(root, id)).toBe(root);
      }
    });
  });

  it('the outermost group cannot be unwrapped, removed or moved', () => {
    forTrees((root) => {
      for (const operation of [unwrap, remove, moveUp, moveDown, wrap, indent, outdent]) {
        expect(operation(root, root.id)).toBe(root);
      }
    });
  });
});

it.each([
  ['not', toggleNot],
  ['disabled', toggleDisabled],
  ['and, or', toggleJoin],
])('%s toggled twice is as before', (_, toggle) => {
  forTrees((root, id) => {
    expect(toggle(toggle(root, id), id)).toEqual(root);
    expect(toggle(toggle(root, root.id), root.id)).toEqual(root);
  });
});

it('a duplicate says the same and is something else', () => {
  forTrees((root, id) => {
    const { root: tree, copy } = duplicate(root, id);
    const before = placeOf(root, id);
    expect(placeOf(tree, copy?.id ?? '')).toMatchObject({ index: (before?.index ?? 0) + 1 });
    expect(toWhere(newGroup('all', copy ? [copy] : [])).where).toEqual(toWhere(newGroup('all', [find(root, id) ?? newRule()])).where);
    expect(ids(root)).not.toContain(copy?.id);
  });
});

describe('the form on the wire', () => {
  it('is read and written without loss', () => {
    forTrees((root) => {
      const { where } = toWhere(root);
      expect(toWhere(fromWhere(where)).where).toEqual(where);
    });
  });

  const ana: AuditNode = { field: 'username', op: 'is', values: ['ana'] };
  const off: AuditNode = { ...ana, disabled: true };
  it.each<[string, AuditNode, AuditNode]>([
    ['a negated group', { not: { any: [ana] } }, { not: { any: [ana] } }],
    ['a negation of a negation', { not: { not: ana } }, { not: { all: [{ not: ana }] } }],
    ['a negation of something disabled', { not: off }, { not: { all: [off] } }],
    ['a disabled negation', { not: ana, disabled: true }, { not: ana, disabled: true }],
    ['a group of nothing', { any: [] }, { any: [] }],
  ])('keeps %s', (_, node, kept) => {
    const read = toWhere(fromWhere({ all: [node] })).where;
    expect(read).toEqual({ all: [kept] });
    expect(toWhere(fromWhere(read)).where).toEqual(read);
  });

  it('has paths that lead to the rules', () => {
    forTrees((root) => {
      const { where, paths } = toWhere(root);
      for (const item of flatten(root)) {
        const node = follow({ where }, paths.get(item.id) ?? '');
        expect(node).toMatchObject(item.kind === 'rule' ? { field: item.field } : { [item.join]: expect.any(Array) });
      }
    });
  });

  it('leaves out what has no field, and disables what has no value', () => {
    const rule = newRule({ field: 'username', op: 'is' });
    const root = newGroup('all', [newRule(), rule, newRule({ field: 'session', op: 'exists' })]);
    const { where, paths } = toWhere(root);
    expect(where).toEqual({ all: [{ field: 'username', op: 'is', values: [], disabled: true }, { field: 'session', op: 'exists' }] });
    expect(paths.get(rule.id)).toBe('where.all[0]');
    const [read] = fromWhere(where).items;
    expect(read).toMatchObject({ disabled: false, field: 'username' });
    expect(read.kind === 'rule' && isComplete(read)).toBe(false);
  });

  it('of no condition is none', () => {
    expect(toWhere(newGroup('any')).where).toBeUndefined();
    expect(fromWhere(undefined).items).toEqual([]);
  });
});

/** Follows where.all[1].not in a tree. */
function follow(tree: unknown, path: string): unknown {
  const steps = path.match(/\w+/g) ?? [];
  return steps.reduce<unknown>((node, step) => Object(node)[step], tree);
}
