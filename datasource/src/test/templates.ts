import type { TypedVariableModel } from '@grafana/data';

/** A fake of Grafana's variables: values by name; `$__all` is All. */
export function templates(values: Record<string, string | string[]>) {
  const all = (name: string) => [values[name]].flat().includes('$__all');
  return {
    getVariables: () => Object.keys(values).map((name) => ({ name, type: 'query' }) as TypedVariableModel),
    replace: (text = '', scoped: Record<string, { value: unknown } | undefined> = {}, format?: unknown) =>
      text.replace(/\$(\w+)|\[\[(\w+)\]\]|\$\{(\w+)(?::(\w+))?\}/g, (reference, a?: string, b?: string, c?: string, named?: string) => {
        const name = a ?? b ?? c ?? '';
        const value = scoped[name]?.value ?? values[name];
        if (value === undefined) {
          return reference;
        }
        if (named === 'queryparam') {
          return [value].flat().map((v) => `var-${name}=${encodeURIComponent(String(v))}`).join('&');
        }
        // What Grafana hands over for All are all of the values.
        const shown = all(name) && !scoped[name] ? ['every', 'value'] : value;
        return typeof format === 'function' && !named ? String(format(shown)) : [shown].flat().join(',');
      }),
  };
}
