import { templates } from '../test/templates';

import { hasVariables, Variables } from './variables';

const srv = templates({ one: 'ana', many: ['ana', 'b,en', '"c"'], everything: ['$__all'], empty: '', none: [] });

describe('Variables.expand', () => {
  const variables = new Variables(srv, { row: { value: ['x', 'y'], text: '' }, repeated: { value: '$__all', text: 'All' } });
  it.each([
    ['plain', ['plain']],
    ['', ['']],
    ['$one', ['ana']],
    ['${one}', ['ana']],
    ['[[one]]', ['ana']],
    ['$many', ['ana', 'b,en', '"c"']],
    ['user/$many', ['user/ana', 'user/b,en', 'user/"c"']],
    ['$row-$row', ['x-x', 'x-y', 'y-x', 'y-y']],
    ['${many:csv}', ['ana,b,en,"c"']],
    ['$everything', 'all'],
    ['user/$everything', 'all'],
    ['$repeated', 'all'],
    ['$empty', 'all'],
    ['user/$empty', ['user/']],
    ['$none', 'all'],
    ['$unknown', ['$unknown']],
    ['costs $5', ['costs $5']],
  ])('%s', (text, want) => {
    expect(variables.expand(text)).toEqual(want);
  });

  it('lets one All speak for a list', () => {
    expect(variables.expandAll(['a', '$everything'])).toBe('all');
    expect(variables.expandAll(['a', '$many'])).toEqual(['a', 'ana', 'b,en', '"c"']);
  });

  it('puts one text together', () => {
    expect(variables.text('$one and $many')).toBe('ana and ana,b,en,"c"');
    expect(variables.text('$everything')).toBe('');
  });

  it('believes the dashboard where the address says nothing of All', () => {
    const hidden = {
      ...srv,
      replace: (_: string | undefined, __?: object, format?: unknown) => (typeof format === 'function' ? String(format(['a', 'b'])) : ''),
      getVariables: () => [{ name: 'x', type: 'query', current: { value: ['$__all'], text: 'All' } }] as never,
    };
    expect(new Variables(hidden, {}).expand('$x')).toBe('all');
  });
});

it('finds variables', () => {
  expect(['$a', '${a:csv}', '[[a]]', 'plain', '5$'].map(hasVariables)).toEqual([true, true, true, false, false]);
});
