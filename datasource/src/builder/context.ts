import type { TimeRange } from '@grafana/data';
import { createContext, useContext } from 'react';

import type { FieldInfo } from '../api/wire';
import type { Scope } from '../types';

import type { Action } from './actions';
import type { Group } from './model';
import type { ItemProblem } from './problems';
import type { Source } from './source';

/** What the parts of the builder share. */
export interface BuilderState {
  root: Group;
  fields: FieldInfo[];
  problems: Map<string, ItemProblem[]>;
  dispatch: (action: Action) => void;
  source: Source;
  /** The names of the dashboard's variables, with their $. */
  variables: string[];
  scope?: Scope;
  range?: TimeRange;
  /** The item that is being dragged. */
  dragged?: string;
  setDragged: (id: string | undefined) => void;
}

export const BuilderContext = createContext<BuilderState | undefined>(undefined);

export function useBuilder(): BuilderState {
  const state = useContext(BuilderContext);
  if (!state) {
    throw new Error('A part of the builder is outside of it.');
  }
  return state;
}

/** What is known of a field. */
export function useField(name: string): FieldInfo | undefined {
  return useBuilder().fields.find((f) => f.name === name);
}
