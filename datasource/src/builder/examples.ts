import type { SavedQuery } from '../api/wire';
import type { AuditFormat, AuditTree, SavedRef } from '../types';

import { onlyTree } from './convert';

/** A query to begin with: a text, or a saved query. */
export interface Example {
  title: string;
  text: string;
  format: AuditFormat;
  tree?: AuditTree;
  limit?: number;
  saved?: SavedRef;
  /** The clouds that it is about, where these are certain ones. */
  clouds?: string[];
}

/** Queries for everyday questions; docs/audit-queries.md explains the language. */
export function examples(): Example[] {
  return [
    { title: 'Refused calls to IAM of AWS', text: 'outcome:denied and action:iam:*', format: 'table' },
    { title: 'Who changed permissions', text: 'type:permissions outcome:ok invoked_by!:*', format: 'table' },
    { title: 'From outside of our networks', text: 'address:(0.0.0.0/0, ::/0) and address!:(10.0.0.0/8, 192.168.0.0/16)', format: 'table' },
    { title: 'Long-lived keys and secrets handed out', text: 'issued:* and issued!:ASIA*', format: 'table' },
    { title: 'Role assignments on Azure', text: 'action:Microsoft.Authorization/roleAssignments/* outcome:ok', format: 'table' },
    { title: 'Policies set on Google Cloud', text: 'action:*.setIamPolicy outcome:ok', format: 'table' },
    { title: 'Refusals by permission', text: 'outcome:denied | count by action | sort -count, action', format: 'groups' },
    { title: 'High-risk calls over time', text: 'severity:high | series by username top 10', format: 'series' },
  ];
}

/** How the answer of a tree is shown. */
export function formatOf(tree: AuditTree, events: AuditFormat = 'table'): AuditFormat {
  if (tree.series) {
    return 'series';
  }
  return tree.group ? 'groups' : events === 'logs' ? 'logs' : 'table';
}

/** A saved query to begin with. */
export function exampleOf({ id, name, text, query }: SavedQuery): Example {
  const { tree, limit } = onlyTree(query);
  return { title: name, text, format: formatOf(tree), tree, limit, saved: { id, name }, clouds: query.clouds };
}
