import type { AuditNode, AuditQuery, AuditTree, CiemQuery } from '../types';

import { conditionText } from './quote';

/** Says in a line what a query asks. */
export function displayText(query: CiemQuery): string {
  switch (query.queryType) {
    case 'audit':
      return query.audit ? auditText(query.audit) : '';
    case 'path':
      return query.path ? `path from ${query.path.start} ${query.path.value}` : '';
    case 'report':
      return query.report ? ['report', query.report.kind, query.report.table].filter(Boolean).join(' ') + filterText(query.report.filters) : '';
  }
  const { name = '', filters, search } = query.table ?? {};
  return name + filterText(filters) + (search ? ` with ${search}` : '');
}

function auditText(audit: AuditQuery): string {
  if (audit.saved?.linked) {
    return `saved query ${audit.saved.name}`;
  }
  return audit.editor === 'text' ? audit.text : treeText(audit.query ?? {});
}

function filterText(filters: Record<string, string[]> = {}): string {
  const texts = Object.entries(filters).filter(([, values]) => values.length > 0);
  return texts.map(([name, values]) => ` ${name}:${values.join(',')}`).join('');
}

/** Writes a tree as a text for people; the backend has the canonical one. */
export function treeText(tree: AuditTree): string {
  const { where, group, series, sort } = tree;
  const pipes = [
    group && `count${by(group.by)}`,
    series && `series${series.step ? ` ${series.step}` : ''}${by(series.by)}`,
    sort?.length && `sort ${sort.map((o) => (o.descending ? '-' : '') + o.by).join(', ')}`,
  ].filter(Boolean);
  return [where ? nodeText(where, true) : '', ...pipes.map((pipe) => `| ${pipe}`)].filter((s) => s !== '').join(' ');
}

function by(fields: string[] = []): string {
  return fields.length > 0 ? ` by ${fields.join(', ')}` : '';
}

function nodeText(node: AuditNode, outer = false): string {
  const text = activeText(node, outer && !node.disabled);
  return node.disabled ? `disabled(${text})` : text;
}

function activeText(node: AuditNode, outer: boolean): string {
  if ('not' in node) {
    return `not ${nodeText(node.not)}`;
  }
  if ('field' in node) {
    return conditionText(node);
  }
  const [children, word] = 'all' in node ? [node.all, ' and '] : [node.any, ' or '];
  const text = children.map((child) => nodeText(child)).join(word);
  return outer || children.length < 2 ? text : `(${text})`;
}
