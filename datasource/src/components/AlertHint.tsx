import { CoreApp } from '@grafana/data';
import { Alert } from '@grafana/ui';

import { selectors } from '../selectors';
import type { CiemQuery } from '../types';

import type { PartProps } from './types';

/** Tells whether a query is of an alert rule. */
export function needsAlert({ app }: Pick<PartProps, 'app'>): boolean {
  return app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
}

/** Says which numbers an alert rule gets of a query. */
export function AlertHint({ query, app }: Pick<PartProps, 'query' | 'app'>) {
  if (!needsAlert({ app })) {
    return null;
  }
  return (
    <Alert severity="info" title="" data-testid={selectors.query.alertHint} topSpacing={0} bottomSpacing={0}>
      {hintOf(query)}
    </Alert>
  );
}

function hintOf({ queryType, audit }: CiemQuery): string {
  switch (queryType) {
    case 'audit':
      return audit?.format === 'series' || audit?.format === 'groups'
        ? 'The rule gets the counts of the answer, one alert for each combination of its fields. Add a Reduce expression to a time series.'
        : 'An alert rule needs numbers: it gets the number of events, one alert for each combination of the fields in Count by.';
    case 'path':
      return 'The rule gets the number of events of each step of the path.';
    case 'report':
      return 'The rule gets the number of rows of the report’s table.';
  }
  return 'The rule gets the column in Alert on, one alert for each row with the columns in Labels as its labels; without a column it gets the number of rows.';
}
