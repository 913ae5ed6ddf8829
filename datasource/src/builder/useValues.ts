import type { TimeRange } from '@grafana/data';
import { useEffect, useState } from 'react';

import type { ValueCount } from '../api/wire';
import type { Scope } from '../types';

import { messageOf } from './problems';
import type { Source } from './source';

/** How long nothing must be typed before values are asked for, in milliseconds. */
export const TYPING = 250;

export interface ValuesOf {
  source: Source;
  field: string;
  prefix: string;
  scope?: Scope;
  range?: TimeRange;
}

export interface Completions {
  values: ValueCount[];
  loading: boolean;
  error?: string;
}

interface Settled {
  key: string;
  values: ValueCount[];
  error?: string;
}

/** Completes a value once it is wanted. Answers that come too late are dropped. */
export function useValues({ source, field, prefix, scope, range }: ValuesOf, wanted: boolean): Completions {
  const request = { field, prefix, ...plainScope(scope), ...(range && { from: range.from.toISOString(), to: range.to.toISOString() }) };
  const key = wanted ? JSON.stringify(request) : '';
  const [settled, settle] = useState<Settled>({ key: '', values: [] });
  useEffect(() => {
    if (key === '') {
      return;
    }
    let current = true;
    const ask = () =>
      source.values(JSON.parse(key)).then(
        (values) => current && settle({ key, values }),
        (err: unknown) => current && settle({ key, values: [], error: messageOf(err) })
      );
    const timer = setTimeout(() => void ask(), TYPING);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, source]);
  const same = settled.key === key;
  return { values: same ? settled.values : [], loading: wanted && !same, error: same ? settled.error : undefined };
}

/** Places whose names are known; variables are not. */
function plainScope(scope: Scope = {}): Scope {
  const plain = (list: string[] = []) => (list.some((v) => v.includes('$')) ? undefined : list);
  return { clouds: plain(scope.clouds), systems: plain(scope.systems), folders: plain(scope.folders) };
}
