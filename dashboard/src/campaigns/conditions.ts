import type { NewSegment } from '@carillon/client'

export const KINDS = [
  'consent_email',
  'consent_sms',
  'attribute',
  'locale',
  'name',
  'opened',
  'clicked',
  'sent',
  'added',
] as const
export type Kind = (typeof KINDS)[number]
export const OPERATORS = ['is', 'is_not', 'contains', 'more_than', 'less_than', 'exists', 'missing'] as const

/** A condition that is being written. */
export interface Draft {
  readonly kind: Kind
  readonly attribute: string
  readonly operator: (typeof OPERATORS)[number]
  readonly value: string
  readonly is: boolean
  readonly days: number
}

export const EMPTY: Draft = { kind: 'consent_email', attribute: '', operator: 'is', value: '', is: true, days: 90 }

/** Everything it needs has been said. */
export function isWhole({ kind, attribute, operator, value }: Draft): boolean {
  if (kind === 'attribute' && attribute.trim() === '') return false
  const compares = kind === 'attribute' || kind === 'locale' || kind === 'name'
  return !compares || operator === 'exists' || operator === 'missing' || value.trim() !== ''
}

/** What is typed as a number is compared as one. */
const typed = (value: string): string | number =>
  /^-?\d{1,15}(?:[.,]\d{1,9})?$/.test(value.trim()) ? Number(value.trim().replace(',', '.')) : value.trim()

function conditionOf({ kind, attribute, operator, value, is, days }: Draft): object {
  const compared =
    operator === 'exists' || operator === 'missing'
      ? { is: operator }
      : { is: operator, value: operator === 'more_than' || operator === 'less_than' ? typed(value) : value.trim() }
  switch (kind) {
    case 'consent_email':
      return { consent: 'email', is }
    case 'consent_sms':
      return { consent: 'sms', is }
    case 'attribute':
      return { attribute: attribute.trim(), ...compared }
    case 'locale':
    case 'name':
      return { field: kind, ...compared }
    case 'added':
      return { addedWithinDays: days, is }
    default:
      return { happened: kind, withinDays: days, is }
  }
}

export const filterOf = (drafts: readonly Draft[]) =>
  ({ all: drafts.map(conditionOf) }) as unknown as NonNullable<NewSegment['filter']>
