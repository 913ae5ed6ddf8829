/** Tells whether a text is a duration as the query language has it: 30s, 1d12h. */
export function isDuration(text: string): boolean {
  return /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) && text !== '';
}

/** Intervals that are offered for a series. */
export function steps(): string[] {
  return ['1m', '5m', '15m', '1h', '6h', '1d', '1w'];
}
