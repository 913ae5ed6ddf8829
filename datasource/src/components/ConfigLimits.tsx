import { Field, Input } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../selectors';
import type { CiemOptions } from '../types';

import type { ConfigProps } from './ConfigEditor';
import { wholeNumber } from './number';

/** How long an answer may take, and how much of it is shown. */
export function ConfigLimits({ options, onOptionsChange }: ConfigProps) {
  const id = useId();
  const { jsonData } = options;
  const set = (change: Partial<CiemOptions>) => onOptionsChange({ ...options, jsonData: { ...jsonData, ...change } });
  return (
    <>
      <Field label="Timeout" htmlFor={`${id}-timeout`} description="Seconds that the exporter may take for an answer. The exporter has a limit of its own.">
        <Input
          id={`${id}-timeout`}
          data-testid={selectors.config.timeout}
          type="number"
          min={1}
          width={20}
          suffix="s"
          placeholder="30"
          value={jsonData.timeoutSeconds ?? ''}
          onChange={(e) => set({ timeoutSeconds: wholeNumber(e.currentTarget.value) })}
        />
      </Field>
      <Field label="Rows at most" htmlFor={`${id}-rows`} description="A longer answer is cut, and says so.">
        <Input
          id={`${id}-rows`}
          data-testid={selectors.config.maxRows}
          type="number"
          min={1}
          width={20}
          placeholder="10000"
          value={jsonData.maxRows ?? ''}
          onChange={(e) => set({ maxRows: wholeNumber(e.currentTarget.value) })}
        />
      </Field>
    </>
  );
}
