import type { FieldProps } from '../field.tsx';

/** Something wrong at a place of the text, as a dry run of the API reports it. */
export interface CodeProblem {
  from: number;
  to: number;
  message: string;
  severity: 'error' | 'warning';
}

export interface EditorProps {
  value: string;
  /** Absent: the text can only be read. */
  onChange?: ((value: string) => void) | undefined;
  language: 'json' | 'javascript';
  problems?: readonly CodeProblem[] | undefined;
  /** The editor grows with its text between these, in lines. */
  minLines?: number | undefined;
  maxLines?: number | undefined;
}

export interface CodeEditorProps extends EditorProps, FieldProps {}
