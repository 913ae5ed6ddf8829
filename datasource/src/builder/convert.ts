// Turns trees into texts and back, with their variables.
import type { FieldInfo, SavedTree } from '../api/wire';
import { splitAnswer } from '../query/scan';
import type { AuditTree } from '../types';

import type { Source } from './source';
import { hasReferences, maskText, maskTree } from './standIn';

/** The canonical text of a tree; fails with what is wrong with it. */
export async function textOf(source: Source, tree: AuditTree, fields: FieldInfo[]): Promise<string> {
  if (!hasReferences(JSON.stringify(tree))) {
    return shown((await source.parse({ query: tree })).text);
  }
  const masked = maskTree(tree, fields);
  return masked.unmask(shown((await source.parse({ query: masked.tree })).text));
}

/** Every event is what an empty text asks for, too. */
function shown(text: string): string {
  return text === '*' ? '' : text;
}

/** What a text asks, with the limit that it may have. */
export async function treeOf(source: Source, text: string, fields: FieldInfo[]): Promise<{ tree: AuditTree; limit?: number }> {
  if (hasReferences(splitAnswer(text).answer)) {
    throw new Error('What follows | has a variable. The builder has no variables there: write it without one, or stay with the text.');
  }
  if (!hasReferences(text)) {
    return onlyTree((await source.parse({ text })).query);
  }
  const masked = maskText(text, fields);
  const { query } = await source.parse({ text: masked.text });
  return onlyTree(masked.unmask(query));
}

/** The parts of a query that the builder has; time and places are the panel's. */
export function onlyTree(query: SavedTree): { tree: AuditTree; limit?: number } {
  const { where, group, series, sort, limit } = query;
  const tree = Object.fromEntries(Object.entries({ where, group, series, sort }).filter(([, part]) => part !== undefined));
  return { tree, ...(limit !== undefined && limit > 0 && { limit }) };
}
