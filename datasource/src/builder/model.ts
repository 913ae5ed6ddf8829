// The conditions of a query as the builder edits them. The wire has a node for
// "not"; here every rule and group can be negated, and has an identity that
// stays with it wherever it goes.
import type { AuditNode, Operator } from '../types';

import { takesValues } from './operators';

/** How a group joins its items. */
export type Join = 'all' | 'any';

interface Base {
  id: string;
  not: boolean;
  disabled: boolean;
}

/** One condition; it has no field until one is chosen. */
export interface Rule extends Base {
  kind: 'rule';
  field: string;
  op: Operator;
  values: string[];
}

export interface Group extends Base {
  kind: 'group';
  join: Join;
  items: Item[];
}

export type Item = Group | Rule;

/** Makes identities that are different within a page. */
export function newId(): string {
  return `i${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
}

export function newGroup(join: Join, items: Item[] = []): Group {
  return { kind: 'group', id: newId(), not: false, disabled: false, join, items };
}

export function newRule(rule: Partial<Omit<Rule, 'kind' | 'id'>> = {}): Rule {
  return { kind: 'rule', id: newId(), not: false, disabled: false, field: '', op: 'is', values: [], ...rule };
}

/** Tells whether a rule says something already. */
export function isComplete(rule: Rule): boolean {
  return rule.field !== '' && (!takesValues(rule.op) || rule.values.length > 0);
}

/** Reads the conditions of a query; what is outermost is always a group. */
export function fromWhere(where: AuditNode | undefined): Group {
  if (!where) {
    return newGroup('all');
  }
  const item = fromNode(where);
  return item.kind === 'group' ? item : newGroup('all', [item]);
}

function fromNode(node: AuditNode): Item {
  if ('not' in node) {
    return negated(node.not, Boolean(node.disabled));
  }
  if ('field' in node) {
    const { field, op, values = [], disabled } = node;
    const rule = newRule({ field, op, values, disabled: Boolean(disabled) });
    // What has no value yet was left out for that; see toNode.
    return isComplete(rule) ? rule : { ...rule, disabled: false };
  }
  const [join, children] = 'all' in node ? (['all', node.all] as const) : (['any', node.any] as const);
  return { ...newGroup(join, children.map(fromNode)), disabled: Boolean(node.disabled) };
}

/** An item has one "not"; for a second, or one of what is disabled, there is a group. */
function negated(inner: AuditNode, disabled: boolean): Item {
  const item = fromNode(inner);
  const plain = !item.not && !item.disabled;
  return { ...(plain ? item : newGroup('all', [item])), not: true, disabled };
}

/** Where an item is in the wire's tree, such as where.all[1]; of a negated one, its inside. */
export type Paths = Map<string, string>;

/**
 * Writes the conditions of a query. A rule that has no field yet is left out,
 * and one that has no value yet is disabled, so that a half-written question
 * asks what is written of it.
 */
export function toWhere(root: Group): { where?: AuditNode; paths: Paths } {
  const paths: Paths = new Map();
  const where = toNode(root, 'where', paths);
  return root.items.length > 0 ? { where, paths } : { paths };
}

function toNode(item: Item, path: string, paths: Paths): AuditNode {
  const inner = item.not ? `${path}.not` : path;
  paths.set(item.id, inner);
  const disabled = item.disabled || (item.kind === 'rule' && !isComplete(item));
  const flag = disabled ? { disabled: true } : {};
  const node = item.kind === 'rule' ? toField(item) : toGroup(item, inner, paths);
  return item.not ? { not: node, ...flag } : { ...node, ...flag };
}

function toField({ field, op, values }: Rule): AuditNode {
  return takesValues(op) ? { field, op, values } : { field, op };
}

function toGroup({ join, items }: Group, path: string, paths: Paths): AuditNode {
  const written = items.filter((item) => item.kind === 'group' || item.field !== '');
  const nodes = written.map((item, i) => toNode(item, `${path}.${join}[${i}]`, paths));
  return join === 'all' ? { all: nodes } : { any: nodes };
}
