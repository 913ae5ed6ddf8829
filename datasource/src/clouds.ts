/** A cloud, and what its authorization systems are called. */
export interface Cloud {
  value: string;
  label: string;
  systems: string;
  description?: string;
}

/** The clouds in the order in which they are shown. */
export function clouds(): Cloud[] {
  return [
    { value: 'aws', label: 'AWS', systems: 'AWS accounts' },
    { value: 'azure', label: 'Azure', systems: 'Azure subscriptions' },
    { value: 'gcp', label: 'Google Cloud', systems: 'Google Cloud projects' },
    { value: 'platform', label: 'Leastward', systems: 'Leastward', description: 'What the suite itself did' },
  ];
}

/** A cloud by its name; one that is not known is called what it is called. */
export function cloudOf(value: string): Cloud {
  return clouds().find((cloud) => cloud.value === value) ?? { value, label: value, systems: value };
}
