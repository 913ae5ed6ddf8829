import type { ValuesRequest } from '../api/api';
import type { FieldInfo, Parsed, SavedQuery, SaveRequest, ValueCount } from '../api/wire';
import type { AuditTree } from '../types';

/** What the editor asks of the backend. */
export interface Source {
  fields(): Promise<FieldInfo[]>;
  values(request: ValuesRequest): Promise<ValueCount[]>;
  /** Turns a text into a tree or a tree into a text; fails with a ParseProblem. */
  parse(source: { text: string } | { query: AuditTree }): Promise<Parsed>;
  savedQueries(): Promise<SavedQuery[]>;
  savedQuery(id: string): Promise<SavedQuery>;
  /** Saves a new query, or a new version of one that has an id. */
  save(request: SaveRequest, id?: string): Promise<SavedQuery>;
  deleteSaved(id: string): Promise<void>;
  duplicateSaved(id: string): Promise<SavedQuery>;
  shareSaved(id: string, visibility: 'private' | 'shared', version?: number): Promise<SavedQuery>;
}
