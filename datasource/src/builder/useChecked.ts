import { useEffect, useState } from 'react';

import type { FieldInfo } from '../api/wire';
import { defaultAudit } from '../query/defaults';
import { interpolate } from '../query/interpolate';
import type { Variables } from '../query/variables';
import { type AuditTree, QUERY_VERSION } from '../types';

import { textOf } from './convert';
import { messageOf, type Problem, problemsOf } from './problems';
import type { Source } from './source';
import { hasReferences } from './standIn';

/** How long nothing must change before a query is checked, in milliseconds. */
export const PAUSE = 300;

/** What the backend makes of a tree. */
export interface Checked {
  /** The canonical text; absent while it is not known. */
  text?: string;
  problems: Problem[];
  /** Why nothing is known. */
  failure?: string;
  loading: boolean;
}

interface Settled extends Omit<Checked, 'loading'> {
  key: string;
}

export interface CheckedSource {
  source: Source;
  fields: FieldInfo[];
  variables: Variables;
}

/** Checks a tree as it would run, a moment after it was changed. */
export function useChecked(tree: AuditTree, { source, fields, variables }: CheckedSource): Checked {
  const key = JSON.stringify(tree);
  const [settled, settle] = useState<Settled>({ key: '', problems: [] });
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      void check(JSON.parse(key), { source, fields, variables }).then((checked) => current && settle({ key, ...checked }));
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, source, fields, variables]);
  const same = settled.key === key;
  return { text: settled.text, failure: settled.failure, problems: same ? settled.problems : [], loading: !same };
}

/** Never fails. Of a tree with variables both it and what it stands for are asked about. */
export async function check(tree: AuditTree, { source, fields, variables }: CheckedSource): Promise<Omit<Checked, 'loading'>> {
  try {
    const text = await textOf(source, tree, fields);
    if (hasReferences(JSON.stringify(tree))) {
      await source.parse({ query: asItRuns(tree, variables) });
    }
    return { text, problems: [] };
  } catch (err) {
    const problems = problemsOf(err);
    return problems.length > 0 ? { problems } : { problems: [], failure: messageOf(err) };
  }
}

/** A tree with the values of its variables. */
export function asItRuns(tree: AuditTree, variables: Variables): AuditTree {
  const audit = { ...defaultAudit(), query: tree };
  return interpolate({ refId: 'A', queryType: 'audit', version: QUERY_VERSION, audit }, variables).audit?.query ?? tree;
}
