import { Button, Stack, Text } from '@grafana/ui';

import type { FieldInfo } from '../api/wire';
import type { AuditFormat, AuditTree } from '../types';

import { GroupEditor } from './GroupEditor';
import { SeriesEditor } from './SeriesEditor';
import { SortEditor } from './SortEditor';

export interface AnswerProps {
  tree: AuditTree;
  fields: FieldInfo[];
  onChange: (tree: AuditTree) => void;
}

/** Edits what follows the conditions: groups, a series, and the order of the answer. */
export function AnswerEditor(props: AnswerProps & { format: AuditFormat }) {
  const { tree, format } = props;
  const groups = tree.group !== undefined || (format === 'groups' && !tree.series);
  const series = tree.series !== undefined || (format === 'series' && !tree.group);
  return (
    <Stack direction="column" gap={1}>
      {groups && <GroupEditor {...props} />}
      {series && <SeriesEditor {...props} />}
      {!series && <SortEditor {...props} />}
      {otherThanFormat(tree, format) && <Other {...props} />}
    </Stack>
  );
}

function otherThanFormat(tree: AuditTree, format: AuditFormat): boolean {
  return (tree.group !== undefined && format !== 'groups') || (tree.series !== undefined && format !== 'series');
}

function Other({ tree, onChange, format }: AnswerProps & { format: AuditFormat }) {
  const what = tree.group ? 'groups' : 'a series';
  return (
    <Stack alignItems="center" gap={1}>
      <Text color="secondary" variant="bodySmall">
        The query asks for {what}, which it gives whatever the format is ({format}).
      </Text>
      <Button size="sm" variant="secondary" onClick={() => onChange({ ...tree, group: undefined, series: undefined, sort: undefined })}>
        Ask for events
      </Button>
    </Stack>
  );
}
