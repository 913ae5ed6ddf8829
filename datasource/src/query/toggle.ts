import type { QueryFixAction, ToggleFilterAction } from '@grafana/data';

import type { AuditQuery, CiemQuery, FieldNode } from '../types';

import { addCondition, hasCondition, removeCondition } from './conditions';

/** The condition on a label of a log line; further values are `action (2)`. */
function condition(label: string, value: string, negated: boolean): FieldNode {
  const field = label.replace(/ \(\d+\)$/, '');
  if (field === 'detail' || field === 'body') {
    return { field: 'text', op: negated ? 'not_contains' : 'contains', values: [value] };
  }
  return { field, op: negated ? 'is_not' : 'is', values: [value] };
}

const is = (field: string, value: string) => condition(field, value, false);
const isNot = (field: string, value: string) => condition(field, value, true);

/** Switches a filter on or off; the opposite one makes room for it. */
export function toggleFilter(query: CiemQuery, { type, options }: ToggleFilterAction): CiemQuery {
  const { key, value } = options;
  if (!query.audit || !key || value === undefined) {
    return query;
  }
  const [wanted, opposite] = type === 'FILTER_FOR' ? [is(key, value), isNot(key, value)] : [isNot(key, value), is(key, value)];
  const audit = removeCondition(own(query.audit), opposite);
  return { ...query, audit: hasCondition(audit, wanted) ? removeCondition(audit, wanted) : addCondition(audit, wanted) };
}

/** Tells whether a query is narrowed to a value. */
export function hasFilter(query: CiemQuery, options: Record<string, string>): boolean {
  return query.audit !== undefined && hasCondition(query.audit, is(options.key, options.value));
}

/** The changes of a query that Explore offers beside a log line. */
export const MODIFICATIONS = ['ADD_FILTER', 'ADD_FILTER_OUT', 'ADD_STRING_FILTER', 'ADD_STRING_FILTER_OUT'];

export function modifyQuery(query: CiemQuery, action: QueryFixAction): CiemQuery {
  const node = query.audit && actionNode(action);
  if (!query.audit || !node || hasCondition(query.audit, node)) {
    return query;
  }
  return { ...query, audit: addCondition(own(query.audit), node) };
}

function actionNode({ type, options }: QueryFixAction): FieldNode | undefined {
  const { key = '', value = '' } = options ?? {};
  if (value === '') {
    return undefined;
  }
  switch (type) {
    case 'ADD_FILTER':
      return is(key, value);
    case 'ADD_FILTER_OUT':
      return isNot(key, value);
    case 'ADD_STRING_FILTER':
      return is('body', value);
    case 'ADD_STRING_FILTER_OUT':
      return isNot('body', value);
  }
  return undefined;
}

/** A changed query is no longer the saved one. */
function own(audit: AuditQuery): AuditQuery {
  return audit.saved?.linked ? { ...audit, saved: { ...audit.saved, linked: false } } : audit;
}
