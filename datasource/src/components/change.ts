import type { CiemQuery } from '../types';

import type { PartProps } from './types';

/** Changes a query and asks it at once: for what is chosen, not typed. */
export function changeAndRun({ query, onChange, onRunQuery }: PartProps): (change: Partial<CiemQuery>) => void {
  return (change) => {
    onChange({ ...query, ...change });
    onRunQuery();
  };
}
