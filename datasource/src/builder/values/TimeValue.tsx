import { Input } from '@grafana/ui';
import { useState } from 'react';

import { useBuilder } from '../context';

import type { ValuesProps } from './types';

/** A time in UTC, typed; days and minutes are completed to whole times. */
export function TimeValue({ id, values, onChange, invalid, describedBy }: ValuesProps) {
  const [typed, setTyped] = useState<string>();
  const { variables } = useBuilder();
  const value = values[0] ?? '';
  const commit = () => {
    const time = wholeTime(typed ?? value);
    setTyped(undefined);
    if (time !== value) {
      onChange(time === '' ? [] : [time]);
    }
  };
  return (
    <>
      <Input
        id={id}
        value={typed ?? value}
        invalid={invalid}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        placeholder="2026-01-31 12:00 (UTC)"
        list={`${id}-variables`}
        onChange={(e) => setTyped(e.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(e) => e.key === 'Enter' && commit()}
      />
      <datalist id={`${id}-variables`}>
        {variables.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

/** Writes 2026-01-31 and 2026-01-31 12:00 as RFC 3339; leaves all else alone. */
export function wholeTime(text: string): string {
  const trimmed = text.trim();
  const [, day, time = '00:00', seconds = ':00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?Z?$/.exec(trimmed) ?? [];
  return day ? `${day}T${time}${seconds}Z` : trimmed;
}
