import { templates } from '../test/templates';

import { interpolateText } from './interpolateText';
import { Variables } from './variables';

const variables = new Variables(
  templates({
    one: 'ana',
    two: ['ana', 'ben'],
    odd: ['a, b', '(c) or d', '"e"', 'f*', 'and', "it's"],
    net: '10.0.0.0/8',
    arn: 'arn:aws:iam::111122223333:user/ana',
    all: ['$__all'],
    empty: '',
    field: ['identity', 'action'],
    evil: 'x | limit 1',
    number: '20',
  }),
  {}
);

describe('interpolateText', () => {
  it.each([
    ['outcome:denied', 'outcome:denied'],
    ['username:$one', 'username:ana'],
    ['username:$two', 'username:(ana, ben)'],
    ['username!:$two', 'username!:(ana, ben)'],
    ['username:~$two', 'username:~(ana, ben)'],
    ['username:is($one)', 'username:is(ana)'],
    ['username:(x, $two)', 'username:(x, ana, ben)'],
    ['identity:$arn', 'identity:arn:aws:iam::111122223333:user/ana'],
    ['address:$net', 'address:10.0.0.0/8'],
    ['username: $one', 'username: ana'],
    ['username:"$one"', 'username:ana'],
    ['username:"x $two y"', 'username:("x ana y", "x ben y")'],
    ['username:$two*', 'username:("ana"*, "ben"*)'],
    ['action:$one:Get*', 'action:"ana":Get*'],
    ['username:$odd', 'username:("a, b", "(c) or d", "\\"e\\"", "f*", "and", "it\\x27s")'],
    ["username:'x $odd'", `username:('x a, b', 'x (c) or d', 'x \\"e\\"', 'x f*', 'x and', 'x it\\x27s')`],
    ['username:$all', 'disabled(username:$all)'],
    ['not username:$all or severity:high', 'not disabled(username:$all) or severity:high'],
    ['username:(x, $all) outcome:ok', 'disabled(username:(x, $all)) outcome:ok'],
    ['username:in($all)', 'disabled(username:in($all))'],
    ['username:$empty and severity:high', 'disabled(username:$empty) and severity:high'],
    ['$one', 'ana'],
    ['$two severity:high', '(ana or ben) severity:high'],
    ['"the $one"', '"the ana"'],
    ['$all', 'disabled($all)'],
    ['(username:$one or username:$all)', '(username:ana or disabled(username:$all))'],
    ['disabled(username:$one)', 'disabled(username:ana)'],
    ['username:$unknown', 'username:"$unknown"'],
    ['username:"a | b" and session:$one | count by $field', 'username:"a | b" and session:ana | count by identity, action'],
    ['| count by identity | limit $number', '| count by identity | limit 20'],
    ['| count by $evil', '| count by "x | limit 1"'],
    ['username:"\\"$one"', 'username:"\\"ana"'],
    ['username:$', 'username:$'],
    ['username:"unclosed $one', 'username:"unclosed ana'],
  ])('%s', (text, want) => {
    expect(interpolateText(text, variables)).toBe(want);
  });
});
