import type { AnnotationQuery } from '@grafana/data';
import { Stack, Text } from '@grafana/ui';

import { selectors } from '../selectors';
import type { CiemQuery } from '../types';

import { type Props, QueryEditor } from './QueryEditor';

type AnnotationProps = Props & {
  annotation?: AnnotationQuery<CiemQuery>;
  onAnnotationChange?: (annotation: AnnotationQuery<CiemQuery>) => void;
};

/** Edits the query of annotations: it is a query like any other. */
export function AnnotationEditor({ annotation, onAnnotationChange, ...props }: AnnotationProps) {
  const query = annotation?.target ?? props.query;
  const change = (target: CiemQuery) =>
    annotation && onAnnotationChange ? onAnnotationChange({ ...annotation, target }) : props.onChange(target);
  return (
    <Stack direction="column" gap={1} data-testid={selectors.annotation.editor}>
      <Text variant="bodySmall" color="secondary">
        Each event, or row with a time, becomes a mark: with the action as its title, who did it on what and from where as its text, and outcome and
        system as tags.
      </Text>
      <QueryEditor {...props} query={query} onChange={change} />
    </Stack>
  );
}
