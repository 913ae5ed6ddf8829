import type { AuditNode, AuditTree } from '../types';

/**
 * What a tree asks, without what is left out of it: while two trees mean the
 * same, nothing has to be asked anew.
 */
export function meaningOf({ where, ...answer }: AuditTree): string {
  return JSON.stringify([where ? activeOf(where) : undefined, answer]);
}

function activeOf(node: AuditNode): AuditNode | undefined {
  if (node.disabled) {
    return undefined;
  }
  if ('not' in node) {
    const not = activeOf(node.not);
    return not && { not };
  }
  if ('field' in node) {
    return node;
  }
  const list = ('all' in node ? node.all : node.any).flatMap((child) => activeOf(child) ?? []);
  if (list.length === 0) {
    return undefined;
  }
  return 'all' in node ? { all: list } : { any: list };
}
