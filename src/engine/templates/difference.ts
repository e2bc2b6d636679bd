import { diffArrays } from 'diff'

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

export interface FieldDiff {
  readonly field: string
  readonly changed: boolean
  /** All lines, those that stayed among them. */
  readonly lines: readonly DiffLine[]
}

/** Looking longer would keep a server busy: what is not found by then is shown as all new. */
const LONGEST_MS = 200

/** Two sources, field by field and line by line, in the order of their fields; one that is not there has none. */
export function differences(before: object | null, after: object | null): FieldDiff[] {
  const [was, becomes] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...was.keys(), ...becomes.keys()])].map((field) => {
    const [from, to] = [was.get(field), becomes.get(field)]
    return { field, changed: from !== to, lines: lineDiff(linesOf(from), linesOf(to)) }
  })
}

function fieldsOf(source: object | null): Map<string, string> {
  return new Map(
    Object.entries(source ?? {})
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]),
  )
}

const linesOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split('\n'))

function lineDiff(before: string[], after: string[]): DiffLine[] {
  const parts = diffArrays(before, after, { timeout: LONGEST_MS }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ]
  return parts.flatMap(({ value, added, removed }) =>
    value.map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  )
}
