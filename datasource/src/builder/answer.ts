// What groups and orders can be of.
import type { FieldInfo } from '../api/wire';
import type { AuditAggregate, AuditFunction, AuditGroup, AuditTree } from '../types';

/** The name of an aggregate, by which groups are sorted: count, unique(action). */
export function aggregateName({ function: fn, field }: AuditAggregate): string {
  return field ? `${fn}(${field})` : fn;
}

export function aggregateOf(name: string): AuditAggregate {
  const [, fn = name, field] = /^(\w+)\((\w+)\)$/.exec(name) ?? [];
  return { function: fn as AuditFunction, ...(field && { field }) };
}

/** The columns of groups: without any aggregate there is a count. */
export function columnsOf({ by = [], aggregates = [] }: AuditGroup): string[] {
  return [...by, ...(aggregates.length > 0 ? aggregates.map(aggregateName) : ['count'])];
}

/** Fields whose values can be grouped or counted, as options. */
export function groupable(fields: FieldInfo[]): Array<{ value: string; label: string; description: string }> {
  return fields.filter((f) => f.group).map(({ name, title }) => ({ value: name, label: title, description: name }));
}

/** All aggregates that can be chosen. */
export function aggregateOptions(fields: FieldInfo[]): Array<{ value: string; label: string }> {
  const unique = fields.filter((f) => f.group).map(({ name, title }) => ({ value: `unique(${name})`, label: `Different values of ${title}` }));
  return [{ value: 'count', label: 'Count' }, { value: 'first', label: 'First time' }, { value: 'last', label: 'Last time' }, ...unique];
}

/** What an answer can be sorted by. */
export function sortOptions(tree: AuditTree, fields: FieldInfo[]): Array<{ value: string; label: string }> {
  if (tree.group) {
    const aggregates = aggregateOptions(fields);
    const labelOf = (name: string) => fields.find((f) => f.name === name)?.title ?? aggregates.find((a) => a.value === name)?.label ?? name;
    return columnsOf(tree.group).map((value) => ({ value, label: labelOf(value) }));
  }
  return fields.filter((f) => f.sort).map(({ name, title }) => ({ value: name, label: title }));
}

/** A tree with other groups: it keeps those orders whose columns are still there. */
export function withGroup(tree: AuditTree, group: AuditGroup): AuditTree {
  const columns = columnsOf(group);
  const sort = tree.sort?.filter(({ by }) => columns.includes(by));
  return { ...tree, group, series: undefined, sort: sort?.length ? sort : undefined };
}
