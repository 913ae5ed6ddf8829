/** What each editor of values takes. */
export interface ValuesProps {
  /** Of the input, so that a label can name it. */
  id: string;
  values: string[];
  onChange: (values: string[]) => void;
  invalid: boolean;
  /** The element that says what is wrong. */
  describedBy?: string;
}
